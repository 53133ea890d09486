// Runs in the browser: the page's own handshake against the published vector.
import { openWithCounter, sealWithCounter } from '../../../tools/web/src/secure/noise';
import { sodiumReady } from '../../../tools/web/src/secure/sodium';
import { NoiseVector } from '../../unit/web/noise_vector';

declare global {
  var checkNoise: (content: string) => Promise<string>;
}

const NONE = new Uint8Array(0);

function same(what: string, ours: Uint8Array | undefined, published: Uint8Array): void {
  if (ours?.join() !== published.join()) throw new Error(`${what} is not as published`);
}

globalThis.checkNoise = async (content) => {
  await sodiumReady();
  const vector = new NoiseVector(content);
  const initiator = vector.initiator();
  same('the first message', initiator.writeFirst(vector.bytes('payload0')),
       vector.bytes('ciphertext0'));
  same('the second payload', initiator.readSecond(vector.bytes('ciphertext1'), vector.bytes('psk')),
       vector.bytes('payload1'));
  same('the hash', initiator.handshakeHash(), vector.bytes('handshake_hash'));
  const keys = initiator.split();
  same('what we seal', sealWithCounter(keys.send, 0, NONE, vector.bytes('payload2')),
       vector.bytes('ciphertext2'));
  same('what we open', openWithCounter(keys.receive, 0, NONE, vector.bytes('ciphertext3')),
       vector.bytes('payload3'));
  return 'all published bytes';
};
