// VP8 and VP9 to pictures, by the browser's own decoder (WebCodecs).
import type { Codec } from '../wire/messages';
import type { WholeFrame } from './reassembler';

// No phone has more, and no page should try to draw more.
export const SIDE_PX_MAX = 8_192;

// While the browser answers whether it can decode them; it takes milliseconds.
const EARLY_FRAMES_MAX = 100;

export interface DecoderCallbacks {
  // The picture must be closed.
  readonly onPicture: (picture: VideoFrame, frame: WholeFrame) => void;
  // Nothing can be decoded before the next key frame.
  readonly onLost: () => void;
  // Nothing can be decoded at all: the browser has no such decoder.
  readonly onUnsupported: (codec: Codec) => void;
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

// As the key frame's own header says, where its start code is right: checked before a decoder makes
// room. VP9's sides are less 1 and begin 36 bits behind its begin.
export function fitsItsFrame({ bytes, widthPx, heightPx, codec }: WholeFrame): boolean {
  const sane = (side: number): boolean => side > 0 && side <= SIDE_PX_MAX;
  if (!sane(widthPx) || !sane(heightPx) || codecOfKeyFrame(bytes) !== codec) return false;
  const byte = (at: number): number => bytes[at] ?? 0;
  const side = (at: number): number => codec === 'VP8'
    ? (byte(at) | (byte(at + 1) << 8)) & 0x3fff
    : (((byte(at) & 0xf) << 12) | (byte(at + 1) << 4) | (byte(at + 2) >> 4)) + 1;
  const [across, down] = codec === 'VP8' ? [6, 8] : [4, 6];
  return side(across) === widthPx && side(down) === heightPx;
}

export class PictureDecoder {
  private decoder: VideoDecoder | undefined;
  private current: Codec | undefined;
  private asked = {}; // which question about `current` the browser has not answered
  private early: WholeFrame[] | undefined; // came before its answer
  private readonly waiting = new Map<number, WholeFrame>();

  // Ready for what hosts usually send: browsers take a while to make a decoder.
  constructor(private readonly callbacks: DecoderCallbacks) {
    void this.begin('VP8');
  }

  decode(frame: WholeFrame): void {
    if (frame.key) {
      if (!fitsItsFrame(frame)) return this.lose();
      if (this.current !== frame.codec) void this.begin(frame.codec);
    }
    if (frame.codec !== this.current) return this.lose();
    if (this.early === undefined) return this.feed(frame);
    if (this.early.push(frame) > EARLY_FRAMES_MAX) this.lose();
  }
  codec(): Codec | undefined {
    return this.current;
  }
  close(): void {
    if (this.decoder !== undefined && this.decoder.state !== 'closed') this.decoder.close();
    this.decoder = undefined;
    this.current = undefined;
    this.asked = {};
    this.early = undefined;
    this.waiting.clear();
  }

  // For any size: key frames say theirs.
  private async begin(codec: Codec): Promise<void> {
    this.close();
    this.current = codec;
    this.early = [];
    const asked = this.asked = {};
    const config: VideoDecoderConfig = {
      codec: CODEC_STRINGS[codec],
      colorSpace: COLORS,
      optimizeForLatency: true,
      // Hardware decoders queue several pictures and refuse the profile without loop filter.
      hardwareAcceleration: 'prefer-software',
    };
    const can = await VideoDecoder.isConfigSupported(config)
      .then(({ supported }) => supported === true, () => false);
    if (asked !== this.asked) return;
    const early = this.early;
    this.early = undefined;
    if (can) this.configure(config);
    else if (early.length > 0) return this.callbacks.onUnsupported(codec);
    for (const frame of early) this.feed(frame);
  }
  private configure(config: VideoDecoderConfig): void {
    const decoder = new VideoDecoder({
      output: (picture) => this.give(decoder, picture),
      error: () => {
        if (this.decoder === decoder) this.lose();
      },
    });
    decoder.configure(config);
    this.decoder = decoder;
  }
  private feed(frame: WholeFrame): void {
    if (this.decoder === undefined) return this.callbacks.onUnsupported(frame.codec);
    if (this.decoder.state !== 'configured') return this.lose();
    // A picture is found again by its timestamp, which nothing else needs.
    this.waiting.set(frame.frameId, frame);
    const type = frame.key ? 'key' : 'delta';
    const { frameId: timestamp, bytes: data } = frame;
    this.decoder.decode(new EncodedVideoChunk({ type, timestamp, data }));
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
