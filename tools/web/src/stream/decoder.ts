// VP8 and VP9 to pictures, by the browser's own decoder (WebCodecs).
import type { WholeFrame } from './reassembler';

// No phone has more, and no page should try to draw more.
export const SIDE_PX_MAX = 8_192;

export type Codec = 'VP8' | 'VP9';

export interface DecoderCallbacks {
  // The picture must be closed.
  readonly onPicture: (picture: VideoFrame, frame: WholeFrame) => void;
  // Nothing can be decoded before the next key frame.
  readonly onLost: () => void;
}

const CODEC_STRINGS: Readonly<Record<Codec, string>> = { VP8: 'vp8', VP9: 'vp09.00.41.08' };
// What the host codes (media/color_convert.h): BT.601, limited range, of sRGB pictures.
const COLORS: VideoColorSpaceInit = {
  primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'smpte170m', fullRange: false,
};

export function browserDecodes(): boolean {
  return typeof VideoDecoder === 'function' && typeof EncodedVideoChunk === 'function';
}

// By the start codes of key frames: RFC 6386, section 9.1; VP9 bitstream, section 6.2.
export function codecOfKeyFrame(bytes: Uint8Array): Codec | undefined {
  if (bytes[3] === 0x9d && bytes[4] === 0x01 && bytes[5] === 0x2a) return 'VP8';
  if (bytes[1] === 0x49 && bytes[2] === 0x83 && bytes[3] === 0x42) return 'VP9';
  return undefined;
}

// As the frame's own header says (RFC 6386, section 9.1): checked before a decoder makes room.
export function fitsItsFrame({ bytes, widthPx, heightPx }: WholeFrame, codec: Codec): boolean {
  const sane = (side: number): boolean => side > 0 && side <= SIDE_PX_MAX;
  if (!sane(widthPx) || !sane(heightPx)) return false;
  if (codec !== 'VP8') return true;
  const side = (at: number): number => ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) & 0x3fff;
  return side(6) === widthPx && side(8) === heightPx;
}

export class PictureDecoder {
  private decoder: VideoDecoder | undefined;
  private current: Codec | undefined;
  private readonly waiting = new Map<number, WholeFrame>();

  // Ready for what hosts send first: browsers take a while to make a decoder.
  constructor(private readonly callbacks: DecoderCallbacks) {
    this.configure('VP8');
  }

  decode(frame: WholeFrame): void {
    if (frame.key) {
      const codec = codecOfKeyFrame(frame.bytes);
      if (codec === undefined || !fitsItsFrame(frame, codec)) return this.lose();
      this.configure(codec);
    }
    if (this.decoder?.state !== 'configured') return this.lose();
    // A picture is found again by its timestamp, which nothing else needs.
    this.waiting.set(frame.frameId, frame);
    const type = frame.key ? 'key' : 'delta';
    const { frameId: timestamp, bytes: data } = frame;
    this.decoder.decode(new EncodedVideoChunk({ type, timestamp, data }));
  }
  codec(): Codec | undefined {
    return this.current;
  }
  close(): void {
    if (this.decoder !== undefined && this.decoder.state !== 'closed') this.decoder.close();
    this.decoder = undefined;
    this.current = undefined;
    this.waiting.clear();
  }

  // For any size: key frames say theirs.
  private configure(codec: Codec): void {
    if (this.current === codec && this.decoder?.state === 'configured') return;
    this.close();
    const decoder = new VideoDecoder({
      output: (picture) => this.give(decoder, picture),
      error: () => {
        if (this.decoder === decoder) this.lose();
      },
    });
    decoder.configure({
      codec: CODEC_STRINGS[codec],
      colorSpace: COLORS,
      optimizeForLatency: true,
      // Hardware decoders queue several pictures and refuse the profile without loop filter.
      hardwareAcceleration: 'prefer-software',
    });
    this.decoder = decoder;
    this.current = codec;
  }
  private give(from: VideoDecoder, picture: VideoFrame): void {
    const frame = this.waiting.get(picture.timestamp);
    if (from !== this.decoder || frame === undefined) return picture.close();
    const { displayWidth, displayHeight } = picture;
    if (displayWidth > SIDE_PX_MAX || displayHeight > SIDE_PX_MAX) {
      picture.close();
      return this.lose();
    }
    // Pictures come in order: what is older will not come any more.
    for (const frameId of this.waiting.keys()) {
      if (frameId <= picture.timestamp) this.waiting.delete(frameId);
    }
    this.callbacks.onPicture(picture, frame);
  }
  private lose(): void {
    this.close();
    this.callbacks.onLost();
  }
}
