// What a link's holder knows, and what follows from it; the C++ twins are
// actors/gateway/link_secret.h and host_signer.h. The secret itself is never sent: only proofs, and
// what both ends derive alike.
import { concat, type Bytes } from '../wire/bytes';
import { sodium } from './sodium';
import { decodeBase64Url, encodeBase64Url } from './text_codes';

const SIGNATURE_BYTES = 64;
const COMMITMENT_BYTES = 16;

function words(...parts: readonly string[]): Bytes {
  return new TextEncoder().encode(parts.join('\0'));
}

function derive(secret: string, ...parts: readonly string[]): Bytes {
  return sodium.crypto_generichash(32, words(...parts), words(secret)) as Bytes;
}

export function proofToOpen(secret: string): string {
  return encodeBase64Url(derive(secret, 'rookery link open'));
}
export function proofToResume(secret: string, session: string): string {
  return encodeBase64Url(derive(secret, 'rookery link resume', session));
}
// The Noise psk.
export function mediaKey(secret: string, session: string, ticket: string): Bytes {
  return derive(secret, 'rookery link media', session, ticket);
}
export function sealPassword(secret: string, password: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(sodium.crypto_secretbox_NONCEBYTES));
  const key = derive(secret, 'rookery link password');
  const sealed = sodium.crypto_secretbox_easy(words(password), nonce, key) as Bytes;
  return encodeBase64Url(concat(nonce, sealed));
}

// For people to compare: the same at the server only if both mean this session, this secret and
// this host.
export function sessionFingerprint(secret: string, session: string, hostKey: Bytes): string {
  return shortText(derive(secret, 'rookery link fingerprint', session, encodeBase64Url(hostKey)));
}
// Of the server that a link is of; nothing for a link of the older form, which does not say.
export function serverFingerprint(commitment: string): string | undefined {
  const bytes = decodeBase64Url(commitment, COMMITMENT_BYTES);
  return bytes && shortText(bytes);
}

// Did the server that the link is of sign this host's key?
export function isHostOf(commitment: string, hostKey: Bytes, signer: string,
                         signature: string): boolean {
  const publicKey = decodeBase64Url(signer, 32);
  const signed = decodeBase64Url(signature, SIGNATURE_BYTES);
  if (publicKey === undefined || signed === undefined) return false;
  const hash = sodium.crypto_generichash(COMMITMENT_BYTES, publicKey, null) as Bytes;
  if (encodeBase64Url(hash) !== commitment) return false;
  const message = words('rookery host key', encodeBase64Url(hostKey));
  return sodium.crypto_sign_verify_detached(signed, message, publicKey);
}

function shortText(hash: Bytes): string {
  const hex = [...hash.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{4})(?=.)/g, '$1 ');
}
