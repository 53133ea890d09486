// The two ways in which the server writes bytes as text.
import type { Bytes } from '../wire/bytes';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's, lower case, as in schemas/ids.h

// A 32-byte key in base64url, padding allowed. Nothing for anything else.
export function decodeKey32(text: string): Bytes | undefined {
  const bare = text.length === 44 && text.endsWith('=') ? text.slice(0, -1) : text;
  return decodeBase64Url(bare, 32);
}

// So many bytes in base64url without padding.
export function decodeBase64Url(text: string, size: number): Bytes | undefined {
  return decode(text, BASE64URL, 6, size);
}

// Without padding.
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += BASE64URL[(buffer >> bits) & 63];
    }
  }
  return bits === 0 ? text : text + BASE64URL[(buffer << (6 - bits)) & 63];
}

// A 128-bit id, such as a ticket.
export function decodeId128(text: string): Bytes | undefined {
  return decode(text, BASE32, 5, 16);
}

function decode(text: string, alphabet: string, bitsEach: number, size: number): Bytes | undefined {
  if (text.length !== Math.ceil((size * 8) / bitsEach)) return undefined;
  const out = new Uint8Array(size);
  let at = 0;
  let buffer = 0;
  let bits = 0;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    buffer = (buffer << bitsEach) | digit;
    bits += bitsEach;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = buffer >> bits;
      buffer &= (1 << bits) - 1;
    }
  }
  return at === size && buffer === 0 ? out : undefined;
}
