// What was copied in the phone, put together from its pieces.
import { concat, type Bytes } from '../wire/bytes';
import type { ClipboardPart, ClipboardState } from '../wire/messages';

export type Copied =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: Exclude<ClipboardState, 'text'> | 'no_answer' };

export class ClipboardAnswer {
  private pieces: Bytes[] = [];

  // The whole, when this piece is its last. Pieces come in order; any other begins anew.
  add(part: ClipboardPart): Copied | undefined {
    if (part.index !== this.pieces.length) this.pieces = [];
    if (part.index !== this.pieces.length) return undefined;
    this.pieces.push(part.bytes);
    if (part.index + 1 < part.count) return undefined;
    const bytes = concat(...this.pieces);
    this.pieces = [];
    if (part.state !== 'text') return { kind: part.state };
    try {
      return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
      return { kind: 'nothing' }; // no text after all
    }
  }
}
