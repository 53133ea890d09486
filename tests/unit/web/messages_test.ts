// The same bytes as the C++ twin's: what the fuzz targets begin with is one message of each kind.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { decodeMessage, encodeMessage, type Message } from '../../../tools/web/src/wire/messages';
import { fromHex, toHex } from './hex';

const corpus = join(process.env['ROOKERY_TESTS'] ?? '', 'fuzz', 'corpus', 'client_message');

// The example of media/PIPELINE.md.
const INPUTS = '02 0400000000000000 0400 01 01 01 0a00 1400 02 0dff0000 01 ' +
  '03 0600 6772c3bcc39f 04 0500 0600 88ff f000';

const GOLDEN: Readonly<Record<string, (message: Message) => void>> = {
  video_fragment: (message) => assert.deepEqual(message, {
    kind: 'video_fragment', frameId: 7, index: 2, count: 3, key: true, capturedUs: -5,
    widthPx: 720, heightPx: 1280, codec: 'VP8', bytes: fromHex('010203'),
  }),
  video_fragment_vp9: (message) => assert.deepEqual(message, {
    kind: 'video_fragment', frameId: 7, index: 2, count: 3, key: true, capturedUs: -5,
    widthPx: 720, heightPx: 1280, codec: 'VP9', bytes: fromHex('010203'),
  }),
  input_batch: (message) => assert.deepEqual(message, {
    kind: 'input_batch',
    first: 4,
    events: [
      { kind: 'touch', finger: 1, phase: 'move', at: { x: 10, y: 20 } },
      { kind: 'key', keysym: 0xff0d, down: true },
      { kind: 'text', text: 'grüß' },
      { kind: 'scroll', at: { x: 5, y: 6 }, dx: -120, dy: 240 },
    ],
  }),
  paste_batch: (message) => assert.deepEqual(message, {
    kind: 'input_batch', first: 1, events: [{ kind: 'paste', text: 'grüß', last: true }],
  }),
  input_ack: ({ kind }) => assert.equal(kind, 'input_ack'),
  feedback: ({ kind }) => assert.equal(kind, 'feedback'),
  nack: ({ kind }) => assert.equal(kind, 'nack'),
  keyframe_request: ({ kind }) => assert.equal(kind, 'keyframe_request'),
  ping: ({ kind }) => assert.equal(kind, 'ping'),
  pong: ({ kind }) => assert.equal(kind, 'pong'),
  bye: ({ kind }) => assert.equal(kind, 'bye'),
  clipboard_request: ({ kind }) => assert.equal(kind, 'clipboard_request'),
  clipboard_part: (message) => assert.deepEqual(message, {
    kind: 'clipboard_part', state: 'text', index: 0, count: 2, bytes: fromHex('6772c3bcc39f'),
  }),
  inputs_refused: ({ kind }) => assert.equal(kind, 'inputs_refused'),
};

function golden(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(corpus, name)));
}

describe('messages', () => {
  for (const [name, check] of Object.entries(GOLDEN)) {
    it(`reads and writes ${name} as the C++ twin does`, () => {
      const message = decodeMessage(golden(name));
      assert.ok(message !== undefined);
      check(message);
      assert.equal(toHex(encodeMessage(message)), toHex(golden(name)));
    });
    it(`refuses every part of ${name}, and more than it`, () => {
      const whole = golden(name);
      // The shortest fragment has one byte of its frame.
      const openEnded = name.startsWith('video_fragment');
      const shortest = openEnded ? 27 : whole.length;
      for (let size = 0; size < shortest; ++size) {
        assert.equal(decodeMessage(whole.slice(0, size)), undefined, `${size} bytes`);
      }
      if (openEnded) return;
      assert.equal(decodeMessage(Uint8Array.of(...whole, 0)), undefined);
    });
  }

  it('reads the example of the layouts', () => {
    const message = decodeMessage(fromHex(INPUTS));
    assert.equal(toHex(encodeMessage(message ?? assert.fail())), toHex(fromHex(INPUTS)));
  });

  it('refuses fields beyond their limits', () => {
    const refused = [
      '02 0000000000000000 0100 02 0dff0000 01', // inputs are numbered from 1
      '02 0100000000000000 0000', // no input
      '02 0100000000000000 8100', // more than a packet holds
      '02 0100000000000000 0100 01 0b 01 0a00 1400', // neither a finger nor the mouse
      '02 0100000000000000 0100 01 01 04 0a00 1400', // no such phase
      '02 0100000000000000 0100 02 0dff0000 02', // neither down nor up
      '03 ffffffffffffff7f', // no number that a page can count with
      '09 0101', // a reason longer than there is
      '01 0100000000000000 0000 0100 04 0000000000000000 d002 0005 01', // no such flag
      '01 0100000000000000 0300 0300 01 0000000000000000 d002 0005 01', // index beyond count
      '01 0100000000000000 0000 0110 01 0000000000000000 d002 0005 01', // 4097 fragments
      '01 0000000000000000 0000 0100 01 0000000000000000 d002 0005 01', // frames count from 1
      '63', // no such message
      '',
    ];
    for (const hex of refused) assert.equal(decodeMessage(fromHex(hex)), undefined, hex);
  });

  it('keeps signed times', () => {
    for (const sentUs of [0, 1, -1, -5_000_000_000, 2 ** 40 + 3, -(2 ** 40) - 3]) {
      assert.deepEqual(decodeMessage(encodeMessage({ kind: 'ping', sentUs })),
                       { kind: 'ping', sentUs });
    }
  });

  it('reads who is watching and what the host took', () => {
    assert.deepEqual(decodeMessage(fromHex('0a 02 0300 03 0300 616e6e 00 0000')), {
      kind: 'watchers',
      total: 3,
      named: [{ name: 'ann', control: true, you: true }, { name: '', control: false, you: false }],
    });
    for (const refused of ['0a 00 0000', '0a 02 0100 00 0000 00 0000', '0a 01 0100 04 0000',
                           '0a 01 0100 00 0100', `0a 01 0100 00 4100 ${'61'.repeat(65)}`]) {
      assert.equal(decodeMessage(fromHex(refused)), undefined, refused);
    }
    const timings = fromHex('0b 01000000 02000000 03000000 04000000');
    const message = decodeMessage(timings) ?? assert.fail();
    assert.deepEqual(message,
                     { kind: 'timings', waitUs: 1, convertUs: 2, encodeUs: 3, sendUs: 4 });
    assert.equal(toHex(encodeMessage(message)), toHex(timings));
  });

  it('survives random bytes', () => {
    let state = 7;
    const random = (): number => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 20_000; ++round) {
      const bytes = Uint8Array.from({ length: random() % 60 }, () => random() & 255);
      bytes[0] = random() % 12;
      const message = decodeMessage(bytes);
      if (message === undefined || message.kind === 'bye' || message.kind === 'watchers') continue;
      if (message.kind === 'input_batch') continue; // what is not UTF-8 is replaced
      assert.equal(toHex(encodeMessage(message)), toHex(bytes));
    }
  });
});
