import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { keyPairOf } from '../../../tools/web/src/secure/key_pair';
import {
  NoiseHandshake, openWithCounter, sealWithCounter,
} from '../../../tools/web/src/secure/noise';
import { sodiumReady } from '../../../tools/web/src/secure/sodium';
import { fromHex, toHex } from './hex';
import { NoiseVector } from './noise_vector';

const golden = join(process.env['ROOKERY_TESTS'] ?? '', 'golden', 'noise_ikpsk2.txt');
const vector = new NoiseVector(readFileSync(golden, 'utf8'));
const NONE = new Uint8Array(0);

describe('noise', () => {
  before(sodiumReady);

  it('speaks the published handshake', () => {
    const initiator = vector.initiator();
    const responder = vector.responder();
    const first = initiator.writeFirst(vector.bytes('payload0'));
    assert.equal(toHex(first), toHex(vector.bytes('ciphertext0')));
    assert.equal(toHex(responder.readFirst(first ?? NONE)), toHex(vector.bytes('payload0')));
    const second = responder.writeSecond(vector.bytes('payload1'), vector.bytes('psk'));
    assert.equal(toHex(second), toHex(vector.bytes('ciphertext1')));
    const payload = initiator.readSecond(second, vector.bytes('psk'));
    assert.equal(toHex(payload), toHex(vector.bytes('payload1')));
    assert.equal(toHex(initiator.handshakeHash()), toHex(vector.bytes('handshake_hash')));
    assert.equal(toHex(responder.handshakeHash()), toHex(vector.bytes('handshake_hash')));
  });

  it('seals and opens the published transport messages', () => {
    const initiator = vector.initiator();
    const responder = vector.responder();
    responder.readFirst(initiator.writeFirst(vector.bytes('payload0')) ?? NONE);
    initiator.readSecond(responder.writeSecond(vector.bytes('payload1'), vector.bytes('psk')),
                         vector.bytes('psk'));
    const ends = [initiator.split(), responder.split()] as const;
    let seen = 0;
    for (let i = 2; vector.has(`payload${i}`); ++i, ++seen) {
      const counter = Math.floor((i - 2) / 2);
      const [from, to] = i % 2 === 0 ? ends : ([ends[1], ends[0]] as const);
      const plain = vector.bytes(`payload${i}`);
      const sealed = sealWithCounter(from.send, counter, NONE, plain);
      assert.equal(toHex(sealed), toHex(vector.bytes(`ciphertext${i}`)));
      assert.equal(toHex(openWithCounter(to.receive, counter, NONE, sealed)), toHex(plain));
    }
    assert.ok(seen >= 4);
  });

  it('refuses a response under another psk, and every changed byte', () => {
    const initiator = vector.initiator();
    initiator.writeFirst(vector.bytes('payload0'));
    const good = vector.bytes('ciphertext1');
    assert.equal(initiator.copy().readSecond(good, new Uint8Array(32)), undefined);
    for (let i = 0; i < good.length; ++i) {
      const changed = good.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      assert.equal(initiator.copy().readSecond(changed, vector.bytes('psk')), undefined, `${i}`);
    }
    for (let size = 0; size < good.length; ++size) {
      const cut = good.slice(0, size);
      assert.equal(initiator.copy().readSecond(cut, vector.bytes('psk')), undefined);
    }
    // The tries spoiled nothing.
    assert.notEqual(initiator.readSecond(good, vector.bytes('psk')), undefined);
  });

  it('keeps no secret with a key of low order, and says so', () => {
    const own = keyPairOf(fromHex('11'.repeat(32)));
    const handshake = vector.initiator();
    assert.notEqual(handshake.writeFirst(NONE), undefined);
    for (const point of ['00'.repeat(32), `01${'00'.repeat(31)}`,
                         'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800']) {
      const low = fromHex(point);
      assert.equal(NoiseHandshake.initiator(own, low, NONE).writeFirst(NONE), undefined, point);
    }
  });

  it('puts the counter into the nonce above 32 bits too', () => {
    const key = fromHex('07'.repeat(32));
    const plain = fromHex('0102');
    const counter = 2 ** 33 + 5;
    const sealed = sealWithCounter(key, counter, NONE, plain);
    assert.equal(toHex(openWithCounter(key, counter, NONE, sealed)), '0102');
    assert.equal(openWithCounter(key, 5, NONE, sealed), undefined);
    assert.equal(openWithCounter(key, counter, NONE, sealed.slice(0, 15)), undefined);
  });
});

