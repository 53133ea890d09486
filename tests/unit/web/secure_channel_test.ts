import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { keyPairOf } from '../../../tools/web/src/secure/key_pair';
import { NoiseHandshake } from '../../../tools/web/src/secure/noise';
import { ReplayWindow } from '../../../tools/web/src/secure/replay_window';
import {
  ChannelInitiator, packetKind, PLAIN_BYTES_MAX, SecureChannel,
} from '../../../tools/web/src/secure/secure_channel';
import { sodiumReady } from '../../../tools/web/src/secure/sodium';
import { ByteWriter, type Bytes } from '../../../tools/web/src/wire/bytes';
import { fromHex, toHex } from './hex';

const TICKET = fromHex('0102030405060708090a0b0c0d0e0f10');
const TICKET_KEY = fromHex('42'.repeat(32));
const HOST = () => keyPairOf(fromHex('55'.repeat(32)));
const HOST_INDEX = 77;

// The host's side of media/PIPELINE.md, for a viewer's initiation.
function answer(initiation: Bytes, ticketKey: Bytes): { response: Bytes; channel: SecureChannel } {
  const viewerIndex = new DataView(initiation.buffer).getUint32(4, true);
  const handshake = NoiseHandshake.responder(HOST(), new TextEncoder().encode('rookery media'));
  const payload = handshake.readFirst(initiation.slice(8));
  assert.equal(toHex(payload), `0100${toHex(TICKET)}`);
  const message = handshake.writeSecond(new Uint8Array(0), ticketKey);
  const response = new ByteWriter().u32(2).u32(HOST_INDEX).u32(viewerIndex).put(message).result();
  return { response, channel: new SecureChannel(handshake.split(), HOST_INDEX, viewerIndex) };
}

function agreed(): { viewer: SecureChannel; host: SecureChannel } {
  const initiator = ChannelInitiator.make(HOST().publicKey, TICKET, TICKET_KEY) ?? assert.fail();
  const { response, channel } = answer(initiator.initiation, TICKET_KEY);
  const agreement = initiator.readResponse(response) ?? assert.fail();
  return { viewer: agreement.channel, host: channel };
}

describe('secure channel', () => {
  before(sodiumReady);

  it('agrees with a host and carries both ways', () => {
    const { viewer, host } = agreed();
    const longest = new Uint8Array(PLAIN_BYTES_MAX).fill(9);
    const there = viewer.seal(longest);
    assert.equal(there.length, 1200);
    assert.equal(toHex(host.open(there)), toHex(longest));
    assert.equal(toHex(viewer.open(host.seal(fromHex('aabb')))), 'aabb');
  });

  it('has initiations of the length that hosts take', () => {
    const initiator = ChannelInitiator.make(HOST().publicKey, TICKET, TICKET_KEY);
    assert.equal(initiator?.initiation.length, 122);
    assert.equal(ChannelInitiator.make(new Uint8Array(32), TICKET, TICKET_KEY), undefined);
  });

  it('waits for the true response when forged ones come first', () => {
    const initiator = ChannelInitiator.make(HOST().publicKey, TICKET, TICKET_KEY) ?? assert.fail();
    const forged = answer(initiator.initiation, fromHex('43'.repeat(32))).response;
    assert.equal(initiator.readResponse(forged), undefined);
    const { response } = answer(initiator.initiation, TICKET_KEY);
    for (let i = 0; i < response.length; ++i) {
      if (i >= 4 && i < 8) continue; // the host's own choice of index
      const changed = response.slice();
      changed[i] = (changed[i] ?? 0) ^ 0x80;
      assert.equal(initiator.readResponse(changed), undefined, `byte ${i}`);
    }
    assert.notEqual(initiator.readResponse(response), undefined);
  });

  it('opens nothing twice, nothing forged, nothing of others', () => {
    const { viewer, host } = agreed();
    const packet = host.seal(fromHex('01'));
    for (let i = 0; i < packet.length; ++i) {
      const changed = packet.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      assert.equal(viewer.open(changed), undefined, `byte ${i}`);
    }
    assert.equal(viewer.open(agreed().host.seal(fromHex('01'))), undefined);
    assert.notEqual(viewer.open(packet), undefined);
    assert.equal(viewer.open(packet), undefined);
  });

  it('takes late packets once', () => {
    const { viewer, host } = agreed();
    const packets = Array.from({ length: 5 }, (_, i) => host.seal(Uint8Array.of(i)));
    const opened = [4, 1, 3, 1, 0, 2, 4].map((i) => toHex(viewer.open(packets[i] ?? fromHex(''))));
    assert.deepEqual(opened, ['04', '01', '03', 'nothing', '00', '02', 'nothing']);
    assert.equal(viewer.highestCounter(), 4);
  });

  it('knows packets by their first bytes and length', () => {
    assert.equal(packetKind(new Uint8Array(0)), undefined);
    assert.equal(packetKind(fromHex(`04000000${'00'.repeat(27)}`)), undefined);
    assert.equal(packetKind(fromHex(`04000000${'00'.repeat(28)}`)), 'data');
    assert.equal(packetKind(fromHex(`04000100${'00'.repeat(28)}`)), undefined);
    assert.equal(packetKind(fromHex(`02000000${'00'.repeat(56)}`)), 'response');
    assert.equal(packetKind(fromHex(`02000000${'00'.repeat(57)}`)), undefined);
  });
});

describe('replay window', () => {
  it('accepts each counter once, and none that is too old to know', () => {
    const window = new ReplayWindow();
    const old = 255 * 32; // WORDS - 1 words of 32
    assert.ok(window.accept(0));
    assert.ok(!window.accept(0));
    assert.ok(window.accept(old - 1));
    assert.ok(window.accept(1));
    assert.ok(window.accept(2 * old));
    assert.ok(!window.accept(old));
    assert.ok(window.accept(old + 1));
    assert.ok(!window.accept(old + 1));
  });

  it('agrees with a plain set over random counters', () => {
    const window = new ReplayWindow();
    const seen = new Set<number>();
    let newest = -1;
    let state = 11;
    const random = (): number => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 50_000; ++round) {
      const counter = Math.max(0, newest - 9000 + (random() % (round % 97 === 0 ? 40_000 : 9_100)));
      const expected = newest - counter < 255 * 32 && !seen.has(counter);
      assert.equal(window.accept(counter), expected, `${counter} after ${newest}`);
      if (expected) seen.add(counter);
      newest = Math.max(newest, expected ? counter : newest);
    }
  });
});
