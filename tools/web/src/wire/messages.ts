// What travels inside sealed packets between a viewer and a host. One packet holds one message.
// Byte layout: media/PIPELINE.md; the C++ twin is schemas/client_messages.h.
import { ByteReader, ByteWriter, type Bytes } from './bytes';
import { putInput, takeInput, type InputEvent } from './inputs';

export const INPUTS_IN_PACKET_MAX = 128;
const FRAGMENTS_MAX = 4096; // of one frame
const MISSING_MAX = 256;
const BYE_REASON_BYTES_MAX = 256;
const WATCHERS_MAX = 16;
const WATCHER_NAME_BYTES_MAX = 64;
const CLIPBOARD_PARTS_MAX = 64;
const CLIPBOARD_PART_BYTES_MAX = 1024;

export type Codec = 'VP8' | 'VP9';
export interface VideoFragment {
  readonly kind: 'video_fragment';
  readonly frameId: number; // from 1, without gaps, for one viewer
  readonly index: number; // below count
  readonly count: number;
  readonly key: boolean;
  readonly capturedUs: number; // the host's monotonic clock
  readonly widthPx: number;
  readonly heightPx: number;
  readonly codec: Codec;
  readonly bytes: Bytes;
}
export interface InputBatch {
  readonly kind: 'input_batch';
  readonly first: number; // sequence number of the first event, from 1
  readonly events: readonly InputEvent[];
}
export interface Feedback {
  readonly kind: 'feedback';
  readonly lastFrameId: number;
  readonly lastCapturedUs: number;
  readonly heldUs: number; // from the last frame's decoding to this packet
  readonly framesLost: number;
  readonly packetsReceived: number;
  readonly highestCounter: number;
}
export interface Nack {
  readonly kind: 'nack';
  readonly frameId: number;
  readonly missing: readonly number[];
}
// Averages of the host's steps since the last such message, microseconds.
export interface Timings {
  readonly kind: 'timings';
  readonly waitUs: number; // from the guest's screen to the pipeline
  readonly convertUs: number;
  readonly encodeUs: number;
  readonly sendUs: number;
}
export interface Watcher {
  readonly name: string;
  readonly control: boolean;
  readonly you: boolean;
}
export interface Watchers {
  readonly kind: 'watchers';
  readonly total: number;
  readonly named: readonly Watcher[];
}

export const CLIPBOARD_STATES = ['text', 'nothing', 'too_long', 'refused'] as const;
export type ClipboardState = (typeof CLIPBOARD_STATES)[number];
// A piece of what was copied in the phone. Only a text has bytes; together they are UTF-8.
export interface ClipboardPart {
  readonly kind: 'clipboard_part';
  readonly state: ClipboardState;
  readonly index: number; // below count
  readonly count: number;
  readonly bytes: Bytes;
}

export type Message =
  | VideoFragment
  | InputBatch
  | { readonly kind: 'input_ack'; readonly upTo: number }
  | Feedback
  | Nack
  | { readonly kind: 'keyframe_request'; readonly afterFrameId: number }
  | { readonly kind: 'ping'; readonly sentUs: number }
  | { readonly kind: 'pong'; readonly sentUs: number }
  | { readonly kind: 'bye'; readonly reason: string }
  | Watchers
  | Timings
  | { readonly kind: 'clipboard_request' }
  | ClipboardPart
  | { readonly kind: 'inputs_refused' };

export function encodeMessage(message: Message): Bytes {
  const out = new ByteWriter();
  switch (message.kind) {
    case 'video_fragment':
      putFragment(out, message);
      break;
    case 'input_batch':
      out.u8(2).u64(message.first).u16(message.events.length);
      for (const event of message.events) putInput(out, event);
      break;
    case 'input_ack':
      out.u8(3).u64(message.upTo);
      break;
    case 'feedback':
      out.u8(4).u64(message.lastFrameId).u64(message.lastCapturedUs).u32(message.heldUs);
      out.u64(message.framesLost).u64(message.packetsReceived).u64(message.highestCounter);
      break;
    case 'nack':
      out.u8(5).u64(message.frameId).u16(message.missing.length);
      for (const index of message.missing) out.u16(index);
      break;
    case 'keyframe_request':
      out.u8(6).u64(message.afterFrameId);
      break;
    case 'ping':
      out.u8(7).u64(message.sentUs);
      break;
    case 'pong':
      out.u8(8).u64(message.sentUs);
      break;
    case 'bye':
      out.u8(9).string(message.reason);
      break;
    case 'watchers':
      putWatchers(out, message);
      break;
    case 'timings':
      out.u8(11).u32(message.waitUs).u32(message.convertUs).u32(message.encodeUs);
      out.u32(message.sendUs);
      break;
    case 'clipboard_request':
      out.u8(12);
      break;
    case 'clipboard_part':
      out.u8(13).u8(CLIPBOARD_STATES.indexOf(message.state)).u8(message.index).u8(message.count);
      out.u16(message.bytes.length).put(message.bytes);
      break;
    case 'inputs_refused':
      out.u8(14);
      break;
  }
  return out.result();
}

// Nothing for bytes that are not exactly one message within its limits.
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  const from = new ByteReader(bytes);
  const message = takeMessage(from);
  return message !== undefined && from.done() ? message : undefined;
}

function takeMessage(from: ByteReader): Message | undefined {
  switch (from.u8()) {
    case 1:
      return takeFragment(from);
    case 2:
      return takeInputBatch(from);
    case 3:
      return { kind: 'input_ack', upTo: from.u64() };
    case 4:
      return takeFeedback(from);
    case 5:
      return takeNack(from);
    case 6:
      return { kind: 'keyframe_request', afterFrameId: from.u64() };
    case 7:
      return { kind: 'ping', sentUs: from.i64() };
    case 8:
      return { kind: 'pong', sentUs: from.i64() };
    case 9:
      return { kind: 'bye', reason: from.string(BYE_REASON_BYTES_MAX) };
    case 10:
      return takeWatchers(from);
    case 11:
      return takeTimings(from);
    case 12:
      return { kind: 'clipboard_request' };
    case 13:
      return takeClipboardPart(from);
    case 14:
      return { kind: 'inputs_refused' };
    default:
      return undefined;
  }
}

function putFragment(out: ByteWriter, fragment: VideoFragment): void {
  out.u8(1).u64(fragment.frameId).u16(fragment.index).u16(fragment.count);
  out.u8((fragment.key ? 1 : 0) | (fragment.codec === 'VP9' ? 2 : 0)).u64(fragment.capturedUs);
  out.u16(fragment.widthPx).u16(fragment.heightPx).put(fragment.bytes);
}

function takeFragment(from: ByteReader): VideoFragment | undefined {
  const frameId = from.u64();
  const index = from.u16();
  const count = from.u16();
  const flags = from.u8();
  const capturedUs = from.i64();
  const widthPx = from.u16();
  const heightPx = from.u16();
  const bytes = from.rest();
  const sound =
    frameId > 0 && index < count && count <= FRAGMENTS_MAX && flags <= 3 && bytes.length > 0;
  if (!sound) return undefined;
  return {
    kind: 'video_fragment', frameId, index, count, key: (flags & 1) !== 0, capturedUs, widthPx,
    heightPx, codec: (flags & 2) !== 0 ? 'VP9' : 'VP8', bytes,
  };
}

function takeInputBatch(from: ByteReader): InputBatch | undefined {
  const first = from.u64();
  const count = from.u16();
  if (first === 0 || count === 0 || count > INPUTS_IN_PACKET_MAX) return undefined;
  const events: InputEvent[] = [];
  while (events.length < count && from.ok()) events.push(takeInput(from));
  return { kind: 'input_batch', first, events };
}

function takeFeedback(from: ByteReader): Feedback {
  return {
    kind: 'feedback',
    lastFrameId: from.u64(),
    lastCapturedUs: from.i64(),
    heldUs: from.u32(),
    framesLost: from.u64(),
    packetsReceived: from.u64(),
    highestCounter: from.u64(),
  };
}

function takeNack(from: ByteReader): Nack | undefined {
  const frameId = from.u64();
  const count = from.u16();
  if (count === 0 || count > MISSING_MAX) return undefined;
  const missing: number[] = [];
  while (missing.length < count && from.ok()) missing.push(from.u16());
  return { kind: 'nack', frameId, missing };
}

function putWatchers(out: ByteWriter, watchers: Watchers): void {
  out.u8(10).u8(watchers.named.length).u16(watchers.total);
  for (const { name, control, you } of watchers.named) {
    out.u8((control ? 1 : 0) | (you ? 2 : 0)).string(name);
  }
}

function takeWatchers(from: ByteReader): Watchers | undefined {
  const count = from.u8();
  const total = from.u16();
  if (count === 0 || count > WATCHERS_MAX || total < count) return undefined;
  const named: Watcher[] = [];
  while (named.length < count && from.ok()) {
    const flags = from.u8();
    if (flags > 3) from.fail();
    const name = from.string(WATCHER_NAME_BYTES_MAX);
    named.push({ name, control: (flags & 1) !== 0, you: (flags & 2) !== 0 });
  }
  return { kind: 'watchers', total, named };
}

function takeClipboardPart(from: ByteReader): ClipboardPart | undefined {
  const state = CLIPBOARD_STATES[from.u8()];
  const index = from.u8();
  const count = from.u8();
  const size = from.u16();
  const bytes = from.rest();
  const sound = state !== undefined && index < count && count <= CLIPBOARD_PARTS_MAX &&
    size <= CLIPBOARD_PART_BYTES_MAX && bytes.length === size && (state === 'text' || size === 0);
  return sound ? { kind: 'clipboard_part', state, index, count, bytes } : undefined;
}

function takeTimings(from: ByteReader): Timings {
  return {
    kind: 'timings',
    waitUs: from.u32(),
    convertUs: from.u32(),
    encodeUs: from.u32(),
    sendUs: from.u32(),
  };
}
