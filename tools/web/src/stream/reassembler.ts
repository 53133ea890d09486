// Fragments to whole frames, in order, never one whose reference is missing. A WebSocket keeps the
// order and loses nothing; a frame that is missing all the same costs a key frame.
import { concat, type Bytes } from '../wire/bytes';
import type { Codec, VideoFragment } from '../wire/messages';

export interface WholeFrame {
  readonly frameId: number;
  readonly key: boolean;
  readonly capturedUs: number; // the host's clock
  readonly firstUs: number; // ours: its first fragment came
  readonly wholeUs: number; // ours: its last fragment came
  readonly widthPx: number;
  readonly heightPx: number;
  readonly codec: Codec;
  readonly bytes: Bytes;
}

interface Partial {
  readonly first: VideoFragment;
  readonly firstUs: number;
  readonly pieces: (Bytes | undefined)[];
  have: number;
}

export class Reassembler {
  private partial: Partial | undefined;
  private lastDelivered = 0;
  private chainBroken = true; // nothing can be decoded before the first key frame
  private lost = 0;

  // The frame that this fragment completes, if it can be decoded.
  add(fragment: VideoFragment, nowUs: number): WholeFrame | undefined {
    const { frameId } = fragment;
    if (frameId <= this.lastDelivered) return undefined;
    if (this.partial === undefined || frameId > this.partial.first.frameId) {
      this.partial = { first: fragment, firstUs: nowUs, pieces: [], have: 0 };
    }
    const { first, firstUs, pieces } = this.partial;
    const fits = frameId === first.frameId && fragment.count === first.count &&
      fragment.key === first.key && fragment.codec === first.codec;
    if (!fits || pieces[fragment.index] !== undefined) return undefined;
    pieces[fragment.index] = fragment.bytes;
    if (++this.partial.have < first.count) return undefined;
    this.partial = undefined;
    if (!this.decodable(first)) return undefined;
    const { key, capturedUs, widthPx, heightPx, codec } = first;
    const bytes = concat(...pieces.filter((piece) => piece !== undefined));
    const wholeUs = nowUs;
    return { frameId, key, capturedUs, firstUs, wholeUs, widthPx, heightPx, codec, bytes };
  }

  // Only a key frame helps, and none is on its way.
  needsKeyFrame(): boolean {
    return this.chainBroken && this.partial?.first.key !== true;
  }
  // The decoder lost its place.
  breakChain(): void {
    this.chainBroken = true;
  }
  lastFrameId(): number {
    return this.lastDelivered;
  }
  framesLost(): number {
    return this.lost;
  }

  private decodable(first: VideoFragment): boolean {
    const inLine = !this.chainBroken && first.frameId === this.lastDelivered + 1;
    if (!inLine && !first.key) {
      this.chainBroken = true;
      return false;
    }
    if (this.lastDelivered > 0) this.lost += first.frameId - this.lastDelivered - 1;
    this.lastDelivered = first.frameId;
    this.chainBroken = false;
    return true;
  }
}
