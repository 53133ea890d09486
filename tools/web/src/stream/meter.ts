// How much a second, over the last two seconds.

const WINDOW_US = 2_000_000;

export class Meter {
  private entries: { readonly atUs: number; readonly amount: number }[] = [];

  add(amount: number, nowUs: number): void {
    this.entries.push({ atUs: nowUs, amount });
    // Not on every call: a busy stream has hundreds of entries.
    if (this.entries.length > 4096) this.forget(nowUs);
  }
  perSecond(nowUs: number): number {
    this.forget(nowUs);
    return this.entries.reduce((sum, entry) => sum + entry.amount, 0) / (WINDOW_US / 1e6);
  }

  private forget(nowUs: number): void {
    this.entries = this.entries.filter((entry) => entry.atUs > nowUs - WINDOW_US);
  }
}
