import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayBePassword, readAnswer } from '../../../tools/web/src/connection/admission';
import { pastedLink, readLink } from '../../../tools/web/src/connection/link';
import { Fingers } from '../../../tools/web/src/input/fingers';
import { keysymOfCharacter, keysymOfNamedKey } from '../../../tools/web/src/input/keysyms';
import { textChunks } from '../../../tools/web/src/input/text_chunks';
import { WheelNotches } from '../../../tools/web/src/input/wheel_notches';
import {
  fit, pixelAt, turned, unturnedDirection, type Turns,
} from '../../../tools/web/src/screen/placement';
import { decodeId128, decodeKey32 } from '../../../tools/web/src/secure/text_codes';
import { chinese } from '../../../tools/web/src/text/chinese';
import { english } from '../../../tools/web/src/text/english';
import { languageOf } from '../../../tools/web/src/text/language';
import type { InputEvent } from '../../../tools/web/src/wire/inputs';
import { toHex } from './hex';

const PHONE = { width: 720, height: 1280 };

describe('placement', () => {
  it('fits in the middle, on whole device pixels', () => {
    assert.deepEqual(fit(PHONE, { width: 1000, height: 640 }),
                     { width: 360, height: 640, left: 320, top: 0 });
    assert.deepEqual(fit(PHONE, { width: 360, height: 3000 }),
                     { width: 360, height: 640, left: 0, top: 1180 });
    assert.deepEqual(fit(PHONE, { width: 1000, height: 640 }, 3),
                     { width: 1080, height: 1920, left: 0, top: 0 });
  });
  // The middle of every pixel of the phone, as the browser reports it, is that pixel.
  for (const ratio of [1, 1.25, 1.5, 2, 2.625, 3, 4]) {
    for (const turns of [0, 1, 2, 3] as const) {
      it(`maps every pixel at ratio ${ratio}, ${turns} quarter turns`, () => {
        const room = { width: Math.round(1920 * ratio), height: Math.round(2300 * ratio) };
        const placed = fit(turned(PHONE, turns), room);
        const seen = {
          left: placed.left / ratio, top: placed.top / ratio, width: placed.width / ratio,
          height: placed.height / ratio,
        };
        for (let x = 0; x < PHONE.width; x += 7) {
          for (let y = 0; y < PHONE.height; y += 11) {
            const [across, down] = place((x + 0.5) / 720, (y + 0.5) / 1280, turns);
            const at = pixelAt(PHONE, turns, seen, seen.left + across * seen.width,
                               seen.top + down * seen.height, false);
            assert.deepEqual(at, { x, y });
          }
        }
      });
    }
  }
  it('is exact where one pixel of the phone is one of the screen', () => {
    for (const ratio of [1, 1.25, 1.5, 3]) {
      const seen = { left: 101 / ratio, top: 7 / ratio, width: 720 / ratio, height: 1280 / ratio };
      for (let x = 0; x < 720; ++x) {
        // Its left edge, which is what the mouse points at.
        assert.equal(pixelAt(PHONE, 0, seen, (101 + x) / ratio, 7 / ratio, false)?.x, x);
      }
    }
  });
  it('knows nothing outside, or the nearest pixel', () => {
    const seen = { left: 10, top: 10, width: 72, height: 128 };
    assert.equal(pixelAt(PHONE, 0, seen, 9, 50, false), undefined);
    assert.equal(pixelAt(PHONE, 0, seen, 82, 50, false), undefined);
    assert.deepEqual(pixelAt(PHONE, 0, seen, -500, 9999, true), { x: 0, y: 1279 });
    assert.deepEqual(pixelAt(PHONE, 0, seen, 9999, -1, true), { x: 719, y: 0 });
    assert.equal(pixelAt(PHONE, 0, { ...seen, width: 0 }, 10, 10, true), undefined);
  });
  it('turns movements with the picture', () => {
    const down = ([0, 1, 2, 3] as const).map((turns) => unturnedDirection(0, 5, turns).map(Number));
    assert.deepEqual(down.map(([x, y]) => [(x ?? 0) + 0, (y ?? 0) + 0]),
                     [[0, 5], [5, 0], [0, -5], [-5, 0]]);
  });
});

// Where a place of the picture is seen after clockwise quarter turns.
function place(u: number, v: number, turns: Turns): readonly [number, number] {
  return ([[u, v], [1 - v, u], [1 - u, 1 - v], [v, 1 - u]] as const)[turns];
}

describe('fingers', () => {
  const record = (): [Fingers, string[]] => {
    const said: string[] = [];
    const fingers = new Fingers((event: InputEvent) => {
      if (event.kind !== 'touch') return;
      said.push(`${event.finger} ${event.phase} ${event.at.x},${event.at.y}`);
    });
    return [fingers, said];
  };
  it('gives each pointer its own finger and uses free ones again', () => {
    const [fingers, said] = record();
    fingers.press(11, { x: 1, y: 1 });
    fingers.press(12, { x: 2, y: 2 });
    fingers.press(12, { x: 9, y: 9 });
    fingers.move(12, { x: 3, y: 3 });
    fingers.move(12, { x: 3, y: 3 });
    fingers.move(99, { x: 3, y: 3 });
    fingers.lift(11, 'up', { x: 4, y: 4 });
    fingers.press(13, { x: 5, y: 5 });
    fingers.cancelAll();
    fingers.lift(13, 'up');
    assert.deepEqual(said, ['0 down 1,1', '1 down 2,2', '1 move 3,3', '0 up 4,4', '0 down 5,5',
                            '1 cancel 3,3', '0 cancel 5,5']);
  });
  it('knows whether any lay down when the connection broke', () => {
    const [fingers] = record();
    assert.equal(fingers.forget(), 0);
    fingers.press(1, { x: 0, y: 0 });
    assert.equal(fingers.forget(), 1);
    assert.equal(fingers.forget(), 0);
  });
  it('has ten', () => {
    const [fingers, said] = record();
    for (let pointer = 0; pointer < 12; ++pointer) fingers.press(pointer, { x: 0, y: 0 });
    assert.equal(said.length, 10);
    assert.ok(!fingers.holds(11));
  });
  it('and a mouse', () => {
    const [fingers, said] = record();
    fingers.press(1, { x: 1, y: 1 }, true);
    fingers.press(2, { x: 2, y: 2 });
    fingers.lift(1, 'up');
    assert.deepEqual(said, ['10 down 1,1', '0 down 2,2', '10 up 1,1']);
  });
});

describe('wheel', () => {
  it('counts notches in pixels, lines and pages', () => {
    assert.deepEqual(new WheelNotches().add(0, 100, 0), [0, 120]);
    assert.deepEqual(new WheelNotches().add(-3, 0, 1), [-120, 0]);
    assert.deepEqual(new WheelNotches().add(0, -2, 2), [0, -240]);
  });
  it('keeps fractions until they make a unit', () => {
    const wheel = new WheelNotches();
    const sum = Array.from({ length: 100 }, () => wheel.add(0, 0.5, 0)[1]).reduce((a, b) => a + b);
    assert.equal(sum, 60);
    assert.deepEqual(new WheelNotches().add(0, 1e9, 0), [0, 32767]);
  });
});

describe('keys', () => {
  it('names keysyms as X11 does', () => {
    assert.deepEqual(['Enter', 'F1', 'F12', 'ArrowDown', 'Delete', 'a', 'toString', 'F13']
      .map(keysymOfNamedKey), [0xff0d, 0xffbe, 0xffc9, 0xff54, 0xffff, 0, 0, 0]);
    assert.deepEqual(['a', 'é', '€', '字', '😀', 'Enter', '\n'].map(keysymOfCharacter),
                     [0x61, 0xe9, 0x10020ac, 0x1005b57, 0x101f600, 0, 0]);
  });
  it('cuts text between characters only', () => {
    const text = 'aé字😀'.repeat(200);
    const chunks = textChunks(text);
    assert.equal(chunks.join(''), text);
    for (const chunk of chunks) assert.ok(Buffer.byteLength(chunk) <= 512 && chunk !== '');
    assert.ok(chunks.length < 5);
    assert.deepEqual(textChunks('a\r\nb\rc'), ['a\nb\nc']);
    assert.deepEqual(textChunks(''), []);
  });
});

describe('links', () => {
  it('reads only what is a link', () => {
    const secret = 'X_-9'.repeat(10);
    const server = 'Y'.repeat(22);
    assert.deepEqual(readLink(`#abc.${secret}.${server}`), { id: 'abc', secret, server });
    assert.deepEqual(readLink(`#abc.${secret}`), { id: 'abc', secret, server: '' }); // of old
    for (const wrong of ['', '#', '#abc', '#abc.', `#.${secret}`, `#a b.${secret}`, '#a.b',
                         `#a.${secret}.b`, `#a.${secret}.${server}.c`, `#a.<${secret}>`]) {
      assert.equal(readLink(wrong), undefined, wrong);
    }
    assert.deepEqual(pastedLink(` https://host/p/#abc.${secret} `),
                     { id: 'abc', secret, server: '' });
    assert.equal(pastedLink('https://host/p/'), undefined);
  });
  const ticket = {
    ticket: '01s5skdhv5yryvr8t38nhdxd6g',
    server_public_key: 'LtMni5p1kUMy-40OfuLZhJiiU8b4G2mQz1lBlHS0XiI=',
  };
  it('reads an admission', () => {
    const answer = readAnswer(201, { session_id: 's', phone_name: 'first', width: 720, height: 1280,
                                     control: true, clipboard: 'out', ticket });
    assert.ok(answer.kind === 'admitted');
    const { ticket: read, ...rest } = answer.admission;
    assert.deepEqual(rest, { sessionId: 's', phoneName: 'first', widthPx: 720, heightPx: 1280,
                             control: true, clipboard: { in: false, out: true } });
    assert.deepEqual([read.name, read.ticket.length, read.hostPublicKey.length],
                     [ticket.ticket, 16, 32]);
  });
  it('believes no absurd size', () => {
    for (const [width, seen] of [[8_192, 8_192], [8_193, 720], [65_535, 720], [-1, 720],
                                 [1.5, 720], ['9', 720]]) {
      const answer = readAnswer(201, { session_id: 's', width, height: 1280, ticket });
      assert.ok(answer.kind === 'admitted');
      assert.equal(answer.admission.widthPx, seen);
    }
  });
  it('says of every refusal whether it is final', () => {
    const kind = (status: number, body: unknown): string => {
      const answer = readAnswer(status, body);
      return answer.kind === 'final' ? answer.code : answer.kind;
    };
    assert.equal(kind(410, { code: 'link_revoked' }), 'link_revoked');
    assert.equal(kind(410, { error: { code: 'link_used' } }), 'link_used');
    assert.equal(kind(401, { code: 'password_required' }), 'password');
    assert.equal(kind(429, {}), 'busy');
    const tries = readAnswer(429, { error: { code: 'too_many_tries' } });
    assert.deepEqual(tries, { kind: 'busy', why: 'too_many_tries' });
    // Only the server's own words are final: a proxy, or another version, may say anything.
    for (const status of [400, 401, 403, 404, 410, 422]) {
      assert.equal(kind(status, {}), 'unreachable');
      assert.equal(kind(status, { code: 'invalid' }), 'unreachable');
    }
    assert.equal(kind(404, { code: 'link_unknown' }), 'link_unknown');
    assert.equal(kind(503, { code: 'no_host' }), 'unreachable');
    assert.equal(kind(201, { ticket: {} }), 'too_old');
    for (const body of [null, 7, 'x', [], { ticket: null }, { code: 5 }]) {
      assert.equal(kind(500, body), 'unreachable');
    }
  });
  it('takes no password for one that is longer than any', () => {
    assert.ok(mayBePassword('a'.repeat(256)));
    assert.ok(!mayBePassword('a'.repeat(257)));
    assert.ok(mayBePassword('密'.repeat(85)));
    assert.ok(!mayBePassword('密'.repeat(86)));
  });
  it('reads keys and ids as the server writes them, and nothing else', () => {
    assert.equal(toHex(decodeKey32('5DAsv3kjjF1jODi7tt6vDjOgyZPwhGdXiChjsPKjEQY')),
                 'e4302cbf79238c5d633838bbb6deaf0e' + '33a0c993f0846757882863b0f2a31106');
    const a = (count: number): string => 'a'.repeat(count);
    for (const wrong of ['', a(42), a(44), `${a(42)}!`, a(43)]) {
      assert.equal(decodeKey32(wrong), undefined, wrong);
    }
    assert.equal(decodeId128(ticket.ticket)?.length, 16);
    assert.equal(decodeId128('z'.repeat(26)), undefined); // more bits than 128
    assert.equal(decodeId128('u'.repeat(26)), undefined);
  });
});

describe('texts', () => {
  it('are complete in both languages, with the same values', () => {
    const values = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      const translated = chinese[key as keyof typeof english];
      assert.notEqual(translated, '', key);
      assert.deepEqual(values(translated), values(text), key);
    }
  });
  it('follow the browser\'s languages', () => {
    assert.equal(languageOf(['de-DE', 'zh-CN', 'en']), 'zh-Hans');
    assert.equal(languageOf(['en-GB', 'zh']), 'en');
    assert.equal(languageOf(['fr']), 'en');
    assert.equal(languageOf([]), 'en');
  });
});
