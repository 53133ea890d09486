// X25519 keys (RFC 7748).
import type { Bytes } from '../wire/bytes';
import { sodium } from './sodium';

export interface KeyPair {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

// A fresh pair from the browser's generator.
export function makeKeyPair(): KeyPair {
  return keyPairOf(crypto.getRandomValues(new Uint8Array(32)));
}

// The pair that belongs to a private key.
export function keyPairOf(privateKey: Bytes): KeyPair {
  return { privateKey, publicKey: sodium.crypto_scalarmult_base(privateKey) as Bytes };
}
