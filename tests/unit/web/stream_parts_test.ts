import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClipboardAnswer } from '../../../tools/web/src/stream/clipboard_answer';
import { codecOfKeyFrame, fitsItsFrame } from '../../../tools/web/src/stream/decoder';
import { HostClock } from '../../../tools/web/src/stream/host_clock';
import { InputSender } from '../../../tools/web/src/stream/input_sender';
import { Meter } from '../../../tools/web/src/stream/meter';
import { Reassembler } from '../../../tools/web/src/stream/reassembler';
import { StageLatency } from '../../../tools/web/src/stream/stage_latency';
import { packetsOf } from '../../../tools/web/src/stream/transport';
import type { InputEvent } from '../../../tools/web/src/wire/inputs';
import {
  encodeMessage, type ClipboardPart, type ClipboardState, type Codec, type VideoFragment,
} from '../../../tools/web/src/wire/messages';
import { fromHex, toHex } from './hex';

function piece(frameId: number, index: number, count: number, key = false): VideoFragment {
  return {
    kind: 'video_fragment', frameId, index, count, key, capturedUs: 1000 * frameId, widthPx: 720,
    heightPx: 1280, codec: 'VP8', bytes: Uint8Array.of(frameId, index),
  };
}

describe('reassembler', () => {
  it('puts fragments together, whatever their order', () => {
    const reassembler = new Reassembler();
    assert.equal(reassembler.add(piece(1, 2, 3, true), 10), undefined);
    assert.equal(reassembler.add(piece(1, 0, 3, true), 11), undefined);
    assert.equal(reassembler.add(piece(1, 0, 3, true), 12), undefined);
    const frame = reassembler.add(piece(1, 1, 3, true), 13);
    assert.equal(toHex(frame?.bytes), '010001010102');
    assert.deepEqual([frame?.firstUs, frame?.wholeUs, frame?.capturedUs], [10, 13, 1000]);
    assert.equal(reassembler.add(piece(1, 0, 1, true), 14), undefined);
  });
  it('gives nothing before the first key frame, and asks for one', () => {
    const reassembler = new Reassembler();
    assert.equal(reassembler.add(piece(4, 0, 1), 0), undefined);
    assert.ok(reassembler.needsKeyFrame());
    reassembler.add(piece(5, 0, 2, true), 0);
    assert.ok(!reassembler.needsKeyFrame()); // it is on its way
    assert.equal(reassembler.add(piece(5, 1, 2, true), 0)?.frameId, 5);
    assert.equal(reassembler.add(piece(6, 0, 1), 0)?.frameId, 6);
  });
  it('gives no frame whose reference is missing', () => {
    const reassembler = new Reassembler();
    assert.equal(reassembler.add(piece(1, 0, 1, true), 0)?.frameId, 1);
    reassembler.add(piece(2, 0, 2), 0); // its second half never comes
    assert.equal(reassembler.add(piece(3, 0, 1), 0), undefined);
    assert.ok(reassembler.needsKeyFrame());
    assert.equal(reassembler.add(piece(4, 0, 1), 0), undefined);
    assert.equal(reassembler.add(piece(5, 0, 1, true), 0)?.frameId, 5);
    assert.ok(!reassembler.needsKeyFrame());
    assert.equal(reassembler.framesLost(), 3);
  });
  it('takes no fragment that contradicts its frame', () => {
    const reassembler = new Reassembler();
    reassembler.add(piece(1, 0, 2, true), 0);
    assert.equal(reassembler.add(piece(1, 1, 3, true), 0), undefined);
    assert.equal(reassembler.add(piece(1, 1, 2, false), 0), undefined);
    const other = { ...piece(1, 1, 2, true), codec: 'VP9' } as const;
    assert.equal(reassembler.add(other, 0), undefined);
    assert.equal(reassembler.add(piece(1, 1, 2, true), 0)?.frameId, 1);
  });
  it('asks for a key frame when the decoder lost its place', () => {
    const reassembler = new Reassembler();
    reassembler.add(piece(1, 0, 1, true), 0);
    reassembler.breakChain();
    assert.ok(reassembler.needsKeyFrame());
    assert.equal(reassembler.add(piece(2, 0, 1), 0), undefined);
  });
});

const touch = (phase: 'down' | 'move' | 'up', x: number, finger = 0): InputEvent =>
  ({ kind: 'touch', finger, phase, at: { x, y: 0 } });
const key = (keysym: number): InputEvent => ({ kind: 'key', keysym, down: true });

describe('input sender', () => {
  const opened = (): InputSender => {
    const sender = new InputSender();
    sender.acknowledge(0, 0);
    return sender;
  };
  it('waits for the host to say how far it is', () => {
    const sender = new InputSender();
    sender.push(key(1), 0);
    assert.equal(sender.takeBatch(), undefined);
    sender.acknowledge(0, 0);
    assert.deepEqual(sender.takeBatch(), { kind: 'input_batch', first: 1, events: [key(1)] });
    assert.equal(sender.takeBatch(), undefined);
  });
  it('numbers inputs in order, once each', () => {
    const sender = opened();
    sender.push(key(1), 0);
    sender.push(key(2), 0);
    assert.equal(sender.takeBatch()?.first, 1);
    sender.push(key(3), 0);
    assert.deepEqual(sender.takeBatch(), { kind: 'input_batch', first: 3, events: [key(3)] });
    sender.acknowledge(2, 0);
    assert.deepEqual([sender.sent(), sender.acknowledged()], [3, 2]);
  });
  it('lets a newer move take the place of one that still waits', () => {
    const sender = opened();
    for (const event of [touch('down', 0), touch('move', 1), touch('move', 2), touch('move', 3, 1),
                         touch('move', 4, 1), touch('up', 4)]) sender.push(event, 0);
    assert.deepEqual(sender.takeBatch()?.events,
                     [touch('down', 0), touch('move', 2), touch('move', 4, 1), touch('up', 4)]);
    sender.push(touch('move', 5), 0);
    sender.takeBatch();
    sender.push(touch('move', 6), 0); // the other one is under way
    assert.equal(sender.takeBatch()?.first, 6);
  });
  it('says again after a break only what did not arrive, with its old numbers', () => {
    const sender = opened();
    for (const keysym of [1, 2, 3, 4]) sender.push(key(keysym), 0);
    sender.takeBatch();
    sender.acknowledge(1, 0);
    sender.pause();
    sender.acknowledge(3, 1_000);
    assert.deepEqual(sender.takeBatch(), { kind: 'input_batch', first: 4, events: [key(4)] });
  });
  it('says nothing again to a host that forgot what it took', () => {
    const sender = opened();
    for (const keysym of [1, 2, 3]) sender.push(key(keysym), 0);
    sender.takeBatch();
    sender.acknowledge(2, 0);
    sender.pause();
    sender.acknowledge(0, 1_000);
    assert.equal(sender.takeBatch(), undefined);
    sender.push(key(9), 1_000);
    assert.deepEqual(sender.takeBatch(), { kind: 'input_batch', first: 1, events: [key(9)] });
  });
  it('does not do now what was meant long ago', () => {
    const sender = opened();
    sender.push(key(1), 0);
    sender.takeBatch();
    sender.pause();
    sender.acknowledge(0, 6_000_000);
    assert.equal(sender.takeBatch(), undefined);
    sender.push(key(2), 6_000_000);
    assert.equal(sender.takeBatch()?.first, 1);
  });
  it('counts what is lost by a break, and never says that again', () => {
    const after = (events: readonly InputEvent[], taken: number, atUs: number): number => {
      const sender = opened();
      for (const event of events) sender.push(event, 0);
      sender.takeBatch();
      sender.pause();
      return sender.acknowledge(taken, atUs);
    };
    const tap = [touch('down', 1), touch('up', 1)];
    assert.equal(after(tap, 2, 1_000), 0); // all arrived
    assert.equal(after(tap, 0, 1_000), 0); // is said again
    assert.equal(after(tap, 0, 6_000_000), 1); // too late
    assert.equal(after(tap, 9, 1_000), 1); // the host forgot
    const sender = opened();
    sender.push(key(1), 0);
    sender.takeBatch();
    sender.acknowledge(1, 0);
    sender.pause();
    assert.equal(sender.acknowledge(0, 1_000), 1); // the host took it, the guest never got it
    assert.equal(after(tap, 1, 1_000), 1); // the guest let go of the finger when the host broke off
  });
  it('does not go on with a finger that the break has lifted', () => {
    const sender = opened();
    for (const event of [touch('down', 1), touch('move', 2)]) sender.push(event, 0);
    sender.takeBatch();
    for (const event of [touch('up', 2), touch('down', 5), touch('up', 5)]) sender.push(event, 0);
    sender.pause();
    assert.equal(sender.acknowledge(1, 1_000), 1);
    assert.deepEqual(sender.takeBatch(),
                     { kind: 'input_batch', first: 2, events: [touch('down', 5), touch('up', 5)] });
  });
  it('believes no acknowledgement of what was never sent', () => {
    const sender = opened();
    sender.push(key(1), 0);
    sender.acknowledge(1, 0);
    assert.equal(sender.takeBatch()?.first, 1);
  });
  it('takes no more than it can keep, and says so', () => {
    const sender = new InputSender();
    for (let i = 0; i < 10_000; ++i) assert.ok(sender.push(key(i), 0));
    assert.ok(!sender.push(key(7), 0));
    assert.ok(sender.push({ kind: 'key', keysym: 9, down: false }, 0), 'what ends is kept');
    sender.acknowledge(0, 0);
    while (sender.takeBatch() !== undefined);
    sender.acknowledge(10_001, 0);
    assert.ok(sender.push(key(7), 0));
  });
  it('never makes a packet too long', () => {
    const sender = opened();
    for (let i = 0; i < 50; ++i) sender.push({ kind: 'text', text: '漢'.repeat(170) }, 0);
    for (let i = 0; i < 400; ++i) sender.push(key(i), 0);
    let count = 0;
    for (let batch = sender.takeBatch(); batch !== undefined; batch = sender.takeBatch()) {
      assert.ok(encodeMessage(batch).length <= 1168);
      count += batch.events.length;
    }
    assert.equal(count, 450);
  });
});

describe('key frames', () => {
  it('have the size that their packets say, and no absurd one', () => {
    const frame = (width: number, height: number, bytes: string,
                   codec: Codec = 'VP8'): boolean => fitsItsFrame({
      frameId: 1, key: true, capturedUs: 0, firstUs: 0, wholeUs: 0, widthPx: width,
      heightPx: height, codec, bytes: fromHex(bytes),
    });
    const head = '1000009d012a d002 0005'; // 720 x 1280
    assert.ok(frame(720, 1280, head));
    assert.ok(!frame(720, 1281, head));
    assert.ok(!frame(1280, 720, head));
    assert.ok(!frame(0, 0, '1000009d012a 0000 0000'));
    assert.ok(!frame(16_383, 16_383, '1000009d012a ff3f ff3f'));
    assert.ok(!frame(720, 1280, '1000009d012a'));
    assert.ok(!frame(720, 1280, head, 'VP9'));
    const vp9 = '8249834200 2cf0 4ff0'; // 36 bits, then 719 and 1279
    assert.ok(frame(720, 1280, vp9, 'VP9'));
    assert.ok(!frame(720, 1281, vp9, 'VP9'));
    assert.ok(!frame(721, 1280, vp9, 'VP9'));
    assert.ok(!frame(720, 1280, vp9));
    assert.ok(!frame(65_536, 65_536, '824983420f ffff ffff', 'VP9'));
    assert.ok(!frame(720, 1280, '82498342', 'VP9'));
  });
});

describe('figures', () => {
  it('believes the fastest answer about the host\'s clock', () => {
    const clock = new HostClock();
    assert.equal(clock.toLocal(5), undefined);
    clock.sawRoundTrip(10_000);
    clock.sawHostTime(1_000_000, 5_009_000);
    clock.sawRoundTrip(2_000);
    clock.sawHostTime(2_000_000, 6_001_000);
    assert.deepEqual(clock.toLocal(2_500_000), { atUs: 6_500_000, oneWayUs: 1_000 });
  });
  it('says where the time went', () => {
    const latency = new StageLatency();
    assert.equal(latency.medians(), undefined);
    for (const extra of [0, 0, 9_000]) {
      latency.add({ capturedUs: 0, oneWayUs: 1_000, firstUs: 5_000, wholeUs: 6_000,
                    decodedUs: 9_000 + extra, drawnUs: 10_000 + extra });
    }
    assert.deepEqual(latency.medians(),
                     { host: 4_000, network: 1_000, receive: 1_000, decode: 3_000, draw: 1_000 });
    assert.deepEqual([latency.totalUs(50), latency.totalUs(95)], [10_000, 19_000]);
  });
  it('measures over the last two seconds', () => {
    const meter = new Meter();
    meter.add(100, 0);
    meter.add(10, 2_500_000);
    meter.add(20, 3_000_000);
    assert.equal(meter.perSecond(3_000_000), 15);
    assert.equal(meter.perSecond(9_000_000), 0);
  });
  it('knows codecs by their key frames', () => {
    assert.equal(codecOfKeyFrame(fromHex('102030 9d012a d002 0005')), 'VP8');
    assert.equal(codecOfKeyFrame(fromHex('82 498342 00')), 'VP9');
    assert.equal(codecOfKeyFrame(fromHex('00')), undefined);
  });
});

describe('a message of the WebSocket', () => {
  const packets = (hex: string): string[] => packetsOf(fromHex(hex)).map((one) => toHex(one));
  it('is a packet, or a bundle of them', () => {
    assert.deepEqual(packets('04 05 06'), ['040506']);
    assert.deepEqual(packets('05 0200 0102 0100 03'), ['0102', '03']);
  });
  it('gives nothing beyond its end', () => {
    assert.deepEqual(packets('05 0100 03 0200 01'), ['03']);
    assert.deepEqual(packets('05 01'), []);
    assert.deepEqual(packets(''), ['']);
  });
});

describe('what is copied', () => {
  const part = (index: number, count: number, hex: string,
                state: ClipboardState = 'text'): ClipboardPart =>
    ({ kind: 'clipboard_part', state, index, count, bytes: fromHex(hex) });
  it('is put together from its pieces, also inside a character', () => {
    const answer = new ClipboardAnswer();
    assert.equal(answer.add(part(0, 2, '6772c3')), undefined);
    assert.deepEqual(answer.add(part(1, 2, 'bcc39f')), { kind: 'text', text: 'grüß' });
  });
  it('begins anew when a piece is missing', () => {
    const answer = new ClipboardAnswer();
    answer.add(part(0, 3, '61'));
    assert.equal(answer.add(part(2, 3, '63')), undefined);
    assert.deepEqual(answer.add(part(0, 1, '64')), { kind: 'text', text: 'd' });
  });
  it('may be no text', () => {
    assert.deepEqual(new ClipboardAnswer().add(part(0, 1, '', 'refused')), { kind: 'refused' });
    assert.deepEqual(new ClipboardAnswer().add(part(0, 1, 'ff')), { kind: 'nothing' });
  });
});
