// What a viewer's hands do, as it travels to the guest (schemas/input_events.h).
import type { ByteReader, ByteWriter } from './bytes';

export const FINGERS_MAX = 10;
// The mouse's left button touches like a finger, but the phone's programs see a mouse.
export const MOUSE = FINGERS_MAX;
export const TEXT_BYTES_MAX = 512;

// Pixels of the guest's screen, from the top left.
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type TouchPhase = 'down' | 'move' | 'up' | 'cancel';

export type InputEvent =
  | {
    readonly kind: 'touch';
    readonly finger: number;
    readonly phase: TouchPhase;
    readonly at: Point;
  }
  // An X11 keysym (X.Org keysymdef.h).
  | { readonly kind: 'key'; readonly keysym: number; readonly down: boolean }
  // At most TEXT_BYTES_MAX bytes of UTF-8.
  | { readonly kind: 'text'; readonly text: string }
  // The same, a piece of what is pasted at once.
  | { readonly kind: 'paste'; readonly text: string; readonly last: boolean }
  // 120 units are one notch of a wheel; positive is right and down.
  | { readonly kind: 'scroll'; readonly at: Point; readonly dx: number; readonly dy: number };

const PHASES: readonly TouchPhase[] = ['down', 'move', 'up', 'cancel'];

export function putInput(out: ByteWriter, event: InputEvent): void {
  switch (event.kind) {
    case 'touch':
      out.u8(1).u8(event.finger).u8(PHASES.indexOf(event.phase)).u16(event.at.x).u16(event.at.y);
      break;
    case 'key':
      out.u8(2).u32(event.keysym).u8(event.down ? 1 : 0);
      break;
    case 'text':
      out.u8(3).string(event.text);
      break;
    case 'paste':
      out.u8(5).u8(event.last ? 1 : 0).string(event.text);
      break;
    case 'scroll':
      out.u8(4).u16(event.at.x).u16(event.at.y).u16(event.dx).u16(event.dy);
      break;
  }
}

export function takeInput(from: ByteReader): InputEvent {
  switch (from.u8()) {
    case 1: {
      const finger = from.u8();
      const phase = PHASES[from.u8()];
      if (finger > MOUSE || phase === undefined) from.fail();
      return { kind: 'touch', finger, phase: phase ?? 'cancel', at: takePoint(from) };
    }
    case 2: {
      const keysym = from.u32();
      const down = from.u8();
      if (down > 1) from.fail();
      return { kind: 'key', keysym, down: down === 1 };
    }
    case 3:
      return { kind: 'text', text: from.string(TEXT_BYTES_MAX) };
    case 4:
      return { kind: 'scroll', at: takePoint(from), dx: from.i16(), dy: from.i16() };
    case 5: {
      const last = from.u8();
      if (last > 1) from.fail();
      return { kind: 'paste', text: from.string(TEXT_BYTES_MAX), last: last === 1 };
    }
    default:
      from.fail();
      return { kind: 'text', text: '' };
  }
}

function takePoint(from: ByteReader): Point {
  const x = from.u16();
  return { x, y: from.u16() };
}
