// Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b (Noise Protocol Framework, revision 34) on libsodium; the
// C++ twin is media/noise.h, checked against the same published vectors.
//
//   IKpsk2:  <- s  …  -> e, es, s, ss    <- e, ee, se, psk
import { concat, type Bytes } from '../wire/bytes';
import type { KeyPair } from './key_pair';
import { makeKeyPair } from './key_pair';
import { sodium } from './sodium';

export const TAG_BYTES = 16;
const KEY_BYTES = 32;
const HASH_BYTES = 64;
const BLOCK_BYTES = 128; // BLAKE2b's, for HMAC (RFC 2104)
const FIRST_OVERHEAD_BYTES = 2 * KEY_BYTES + 2 * TAG_BYTES;
const SECOND_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES;
const PROTOCOL_NAME = 'Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b';
const NONE: Bytes = new Uint8Array(0);

export interface TransportKeys {
  readonly send: Bytes;
  readonly receive: Bytes;
}

// ChaCha20-Poly1305 (RFC 8439) with Noise's nonce: 4 zero bytes, then the counter, little-endian.
export function sealWithCounter(key: Bytes, counter: number, associated: Bytes,
                                plain: Uint8Array): Bytes {
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
    plain, associated.length > 0 ? associated : null, null, nonceOf(counter), key) as Bytes;
}

// Nothing when it is forged or damaged.
export function openWithCounter(key: Bytes, counter: number, associated: Bytes,
                                sealed: Uint8Array): Bytes | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  try {
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
      null, sealed, associated.length > 0 ? associated : null, nonceOf(counter), key) as Bytes;
  } catch {
    return undefined; // libsodium's wrapper throws when the tag does not verify
  }
}

function nonceOf(counter: number): Bytes {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, counter >>> 0, true);
  view.setUint32(8, Math.floor(counter / 0x1_0000_0000), true);
  return nonce;
}

function blake2b(message: Uint8Array): Bytes {
  return sodium.crypto_generichash(HASH_BYTES, message, null) as Bytes;
}

// HMAC-BLAKE2b-512; a key here is a 64-byte chaining key or hash, shorter than a block.
function hmac(key: Bytes, message: Uint8Array): Bytes {
  const inner = new Uint8Array(BLOCK_BYTES).fill(0x36);
  const outer = new Uint8Array(BLOCK_BYTES).fill(0x5c);
  key.forEach((byte, i) => {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  });
  return blake2b(concat(outer, blake2b(concat(inner, message))));
}

// Noise's HKDF, section 4.3.
function derive(chainingKey: Bytes, input: Uint8Array): [Bytes, Bytes, Bytes] {
  const temporary = hmac(chainingKey, input);
  const first = hmac(temporary, Uint8Array.of(1));
  const second = hmac(temporary, concat(first, Uint8Array.of(2)));
  const third = hmac(temporary, concat(second, Uint8Array.of(3)));
  return [first, second, third];
}

// One handshake, one side. After a failed read it must be dropped.
export class NoiseHandshake {
  private chainingKey: Bytes;
  private hash: Bytes;
  private key: Bytes = new Uint8Array(KEY_BYTES);
  private nonce = 0;
  private remoteEphemeral: Bytes = NONE;

  // `ephemeral` only for test vectors; else a fresh one is made.
  static initiator(own: KeyPair, responderStatic: Bytes, prologue: Bytes,
                   ephemeral: KeyPair = makeKeyPair()): NoiseHandshake {
    return new NoiseHandshake(true, own, responderStatic, ephemeral, prologue, responderStatic);
  }
  static responder(own: KeyPair, prologue: Bytes,
                   ephemeral: KeyPair = makeKeyPair()): NoiseHandshake {
    return new NoiseHandshake(false, own, NONE, ephemeral, prologue, own.publicKey);
  }

  private constructor(private readonly isInitiator: boolean, private readonly own: KeyPair,
                      private remoteStatic: Bytes, private readonly ephemeral: KeyPair,
                      prologue: Bytes, responderStatic: Bytes) {
    // The name is shorter than a hash: padded with zeros (section 5.2).
    this.hash = new Uint8Array(HASH_BYTES);
    this.hash.set(new TextEncoder().encode(PROTOCOL_NAME));
    this.chainingKey = this.hash;
    this.mixHash(prologue);
    this.mixHash(responderStatic);
  }

  // A twin that may fail without spoiling this one.
  copy(): NoiseHandshake {
    const twin = new NoiseHandshake(this.isInitiator, this.own, this.remoteStatic, this.ephemeral,
                                    NONE, NONE);
    twin.chainingKey = this.chainingKey;
    twin.hash = this.hash;
    twin.key = this.key;
    twin.nonce = this.nonce;
    twin.remoteEphemeral = this.remoteEphemeral;
    return twin;
  }

  // -> e, es, s, ss. Nothing when the responder's key is of low order and would keep no secret.
  writeFirst(payload: Uint8Array): Bytes | undefined {
    this.mixEphemeral(this.ephemeral.publicKey);
    if (!this.mixShared(this.ephemeral.privateKey, this.remoteStatic)) return undefined;
    const sealedStatic = this.encryptAndHash(this.own.publicKey);
    if (!this.mixShared(this.own.privateKey, this.remoteStatic)) return undefined;
    return concat(this.ephemeral.publicKey, sealedStatic, this.encryptAndHash(payload));
  }
  readFirst(message: Bytes): Bytes | undefined {
    if (message.length < FIRST_OVERHEAD_BYTES) return undefined;
    this.remoteEphemeral = message.slice(0, KEY_BYTES);
    this.mixEphemeral(this.remoteEphemeral);
    if (!this.mixShared(this.own.privateKey, this.remoteEphemeral)) return undefined;
    const sealed = message.subarray(KEY_BYTES, 2 * KEY_BYTES + TAG_BYTES);
    const remoteStatic = this.decryptAndHash(sealed);
    if (remoteStatic === undefined) return undefined;
    this.remoteStatic = remoteStatic;
    if (!this.mixShared(this.own.privateKey, this.remoteStatic)) return undefined;
    return this.decryptAndHash(message.subarray(2 * KEY_BYTES + TAG_BYTES));
  }
  // <- e, ee, se, psk. The responder learns from the first payload which psk it is.
  writeSecond(payload: Uint8Array, psk: Bytes): Bytes {
    this.mixEphemeral(this.ephemeral.publicKey);
    // Neither key is of low order: readFirst() found secrets with both.
    this.mixShared(this.ephemeral.privateKey, this.remoteEphemeral);
    this.mixShared(this.ephemeral.privateKey, this.remoteStatic);
    this.mixKeyAndHash(psk);
    return concat(this.ephemeral.publicKey, this.encryptAndHash(payload));
  }
  readSecond(message: Bytes, psk: Bytes): Bytes | undefined {
    if (message.length < SECOND_OVERHEAD_BYTES) return undefined;
    this.remoteEphemeral = message.slice(0, KEY_BYTES);
    this.mixEphemeral(this.remoteEphemeral);
    if (!this.mixShared(this.ephemeral.privateKey, this.remoteEphemeral)) return undefined;
    if (!this.mixShared(this.own.privateKey, this.remoteEphemeral)) return undefined;
    this.mixKeyAndHash(psk);
    return this.decryptAndHash(message.subarray(KEY_BYTES));
  }

  // After both messages.
  split(): TransportKeys {
    const [first, second] = derive(this.chainingKey, NONE);
    const [ours, theirs] = this.isInitiator ? [first, second] : [second, first];
    return { send: ours.slice(0, KEY_BYTES), receive: theirs.slice(0, KEY_BYTES) };
  }
  handshakeHash(): Bytes {
    return this.hash;
  }

  private mixHash(bytes: Uint8Array): void {
    this.hash = blake2b(concat(this.hash, bytes));
  }
  private mixKey(input: Uint8Array): void {
    const [chainingKey, key] = derive(this.chainingKey, input);
    this.chainingKey = chainingKey;
    this.key = key.slice(0, KEY_BYTES);
    this.nonce = 0;
  }
  // Section 9.2: in a psk handshake every ephemeral key also goes into the chaining key.
  private mixEphemeral(publicKey: Bytes): void {
    this.mixHash(publicKey);
    this.mixKey(publicKey);
  }
  private mixKeyAndHash(psk: Bytes): void {
    const [chainingKey, hashed, key] = derive(this.chainingKey, psk);
    this.chainingKey = chainingKey;
    this.mixHash(hashed);
    this.key = key.slice(0, KEY_BYTES);
    this.nonce = 0;
  }
  // False for a public key that gives the all-zero secret (a low-order point).
  private mixShared(privateKey: Bytes, publicKey: Bytes): boolean {
    try {
      this.mixKey(sodium.crypto_scalarmult(privateKey, publicKey));
      return true;
    } catch {
      return false;
    }
  }
  private encryptAndHash(plain: Uint8Array): Bytes {
    const sealed = sealWithCounter(this.key, this.nonce++, this.hash, plain);
    this.mixHash(sealed);
    return sealed;
  }
  private decryptAndHash(sealed: Uint8Array): Bytes | undefined {
    const plain = openWithCounter(this.key, this.nonce++, this.hash, sealed);
    if (plain !== undefined) this.mixHash(sealed);
    return plain;
  }
}
