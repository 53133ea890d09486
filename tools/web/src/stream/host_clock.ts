// The host's clock as seen from here. Each answer to a ping brings the host's own time with it; of
// the latest answers the fastest is believed, as it says most exactly when that was (RFC 5905).

const SAMPLES_MAX = 16;

interface Sample {
  readonly roundTripUs: number;
  readonly offsetUs: number;
}

export class HostClock {
  private samples: Sample[] = [];
  private latestRoundTripUs = 0;

  sawRoundTrip(roundTripUs: number): void {
    this.latestRoundTripUs = roundTripUs;
  }
  // The host sent its time right after the answer that sawRoundTrip() was told of.
  sawHostTime(hostUs: number, nowUs: number): void {
    if (this.latestRoundTripUs === 0) return;
    const roundTripUs = this.latestRoundTripUs;
    this.samples.push({ roundTripUs, offsetUs: nowUs - roundTripUs / 2 - hostUs });
    if (this.samples.length > SAMPLES_MAX) this.samples.shift();
  }
  roundTripUs(): number {
    return this.latestRoundTripUs;
  }
  // The same moment on this page's clock; nothing before the first answer.
  toLocal(hostUs: number): { readonly atUs: number; readonly oneWayUs: number } | undefined {
    if (this.samples.length === 0) return undefined;
    const best = this.samples.reduce((a, b) => (b.roundTripUs < a.roundTripUs ? b : a));
    return { atUs: hostUs + best.offsetUs, oneWayUs: best.roundTripUs / 2 };
  }
}
