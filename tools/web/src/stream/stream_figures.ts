// What the live bar says of a stream, over all its connections.
import { Meter } from './meter';
import type { WholeFrame } from './reassembler';
import type { Codec, Timings } from '../wire/messages';
import { StageLatency, type StageTimes } from './stage_latency';

export interface FiguresView {
  readonly stages: StageTimes | undefined;
  readonly host: Timings | undefined; // the steps of the stage "host"
  readonly totalUs: number | undefined; // the median of the whole way
  readonly totalP95Us: number | undefined;
  readonly roundTripUs: number;
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly framesDrawn: number;
  readonly framesLost: number;
  readonly inputsSent: number;
  readonly inputsAcknowledged: number;
  readonly codec: Codec | undefined;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly firstPictureMs: number | undefined; // since the page began to load
}

export class StreamFigures {
  private latency = new StageLatency();
  private readonly frames = new Meter();
  private readonly bits = new Meter();
  private lostBefore = 0;
  private now = {
    roundTripUs: 0, bytesReceived: 0, bytesSent: 0, framesDrawn: 0, framesLost: 0, inputsSent: 0,
    inputsAcknowledged: 0, widthPx: 0, heightPx: 0,
  };
  private host: Timings | undefined;
  private codec: Codec | undefined;
  private firstPictureMs: number | undefined;

  // Counts of the stream that begins start at zero; what is shown goes on.
  newStream(): void {
    this.latency = new StageLatency();
    this.host = undefined;
    this.lostBefore = this.now.framesLost;
  }
  received(bytes: number, nowUs: number): void {
    this.now.bytesReceived += bytes;
    this.bits.add(8 * bytes, nowUs);
  }
  sent(bytes: number): void {
    this.now.bytesSent += bytes;
  }
  hostTook(timings: Timings): void {
    this.host = timings;
  }
  roundTrip(roundTripUs: number): void {
    this.now.roundTripUs = roundTripUs;
  }
  frameLost(count: number): void {
    this.now.framesLost = this.lostBefore + count;
  }
  inputs(sent: number, acknowledged: number): void {
    this.now.inputsSent = sent;
    this.now.inputsAcknowledged = acknowledged;
  }
  drew(frame: WholeFrame, codec: Codec | undefined,
       captured: { readonly atUs: number; readonly oneWayUs: number } | undefined,
       decodedUs: number, drawnUs: number): void {
    this.codec = codec;
    this.now.widthPx = frame.widthPx;
    this.now.heightPx = frame.heightPx;
    ++this.now.framesDrawn;
    this.frames.add(1, drawnUs);
    this.firstPictureMs ??= drawnUs / 1000;
    if (captured === undefined) return;
    const { firstUs, wholeUs } = frame;
    const { atUs: capturedUs, oneWayUs } = captured;
    this.latency.add({ capturedUs, oneWayUs, firstUs, wholeUs, decodedUs, drawnUs });
  }
  view(nowUs: number): FiguresView {
    return {
      ...this.now,
      stages: this.latency.medians(),
      host: this.host,
      totalUs: this.latency.totalUs(50),
      totalP95Us: this.latency.totalUs(95),
      framesPerSecond: this.frames.perSecond(nowUs),
      bitsPerSecond: this.bits.perSecond(nowUs),
      codec: this.codec,
      firstPictureMs: this.firstPictureMs,
    };
  }
}
