// Text in pieces that one input holds, never cut inside a character.
import { TEXT_BYTES_MAX } from '../wire/inputs';

// Phones type what is pasted, and nobody waits for more than this.
export const PASTE_CHARACTERS_MAX = 20_000;

// The beginning that is pasted, and how many characters there are in all.
export function pasteable(text: string): { readonly text: string; readonly taken: number;
                                           readonly total: number } {
  const characters = [...text.replace(/\r\n?/g, '\n')];
  const taken = characters.slice(0, PASTE_CHARACTERS_MAX);
  return { text: taken.join(''), taken: taken.length, total: characters.length };
}

export function textChunks(text: string): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let bytes = 0;
  for (const character of text.replace(/\r\n?/g, '\n')) {
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
