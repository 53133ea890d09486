// Text in pieces that one input holds, never cut inside a character.
import { TEXT_BYTES_MAX } from '../wire/inputs';

// More than this at once is not typed but stored, and nobody waits for it.
export const TEXT_UNITS_MAX = 20_000;

export function textChunks(text: string): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let bytes = 0;
  for (const character of text.slice(0, TEXT_UNITS_MAX).replace(/\r\n?/g, '\n')) {
    const more = bytesOf(character);
    if (bytes + more > TEXT_BYTES_MAX) {
      chunks.push(chunk);
      chunk = '';
      bytes = 0;
    }
    chunk += character;
    bytes += more;
  }
  if (chunk !== '') chunks.push(chunk);
  return chunks;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
