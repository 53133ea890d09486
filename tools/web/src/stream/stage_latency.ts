// How long pictures took, from the phone's screen to this one, and where the time went.

export const STAGES = ['host', 'network', 'receive', 'decode', 'draw'] as const;
export type Stage = (typeof STAGES)[number];
// Microseconds.
export type StageTimes = Readonly<Record<Stage, number>>;

export interface PictureTimes {
  readonly capturedUs: number; // all on this page's clock
  readonly oneWayUs: number;
  readonly firstUs: number;
  readonly wholeUs: number;
  readonly decodedUs: number;
  readonly drawnUs: number;
}

const PICTURES_MAX = 120;

export class StageLatency {
  private readonly times: StageTimes[] = [];

  add(picture: PictureTimes): void {
    const network = Math.max(0, Math.min(picture.oneWayUs, picture.firstUs - picture.capturedUs));
    this.times.push({
      host: Math.max(0, picture.firstUs - picture.capturedUs - network),
      network,
      receive: picture.wholeUs - picture.firstUs,
      decode: picture.decodedUs - picture.wholeUs,
      draw: picture.drawnUs - picture.decodedUs,
    });
    if (this.times.length > PICTURES_MAX) this.times.shift();
  }
  // The median of each stage over the latest pictures; nothing before the first.
  medians(): StageTimes | undefined {
    if (this.times.length === 0) return undefined;
    const middle = (stage: Stage): number => {
      const sorted = this.times.map((times) => times[stage]).sort((a, b) => a - b);
      return sorted[sorted.length >> 1] ?? 0;
    };
    return {
      host: middle('host'),
      network: middle('network'),
      receive: middle('receive'),
      decode: middle('decode'),
      draw: middle('draw'),
    };
  }
  // Of the latest pictures' whole way; nothing before the first.
  totalUs(percentile: number): number | undefined {
    const totals = this.times.map((times) => STAGES.reduce((sum, stage) => sum + times[stage], 0));
    totals.sort((a, b) => a - b);
    return totals[Math.min(totals.length - 1, Math.floor((totals.length * percentile) / 100))];
  }
}
