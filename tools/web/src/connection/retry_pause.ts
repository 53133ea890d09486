// How long to wait before the next try: longer each time, never the same for two viewers, and not
// at all once something happened that makes success likely. Nothing is tried while nobody looks.

const FIRST_MS = 250;
const LONGEST_MS = 4_000;

export class RetryPause {
  private nextMs = FIRST_MS;
  private wake: (() => void) | undefined;
  private soon = false;

  async wait(): Promise<void> {
    const pauseMs = this.soon ? 0 : this.nextMs * (0.75 + Math.random() / 2);
    this.nextMs = Math.min(2 * this.nextMs, LONGEST_MS);
    this.soon = false;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(() => {
        if (!document.hidden) resolve();
      }, pauseMs);
    });
    this.wake = undefined;
  }
  // Ends a pause that is under way, and shortens the next ones.
  cut(): void {
    this.nextMs = FIRST_MS;
    this.wake?.();
  }
  // It worked: the next break is a new one, tried at once.
  reset(): void {
    this.nextMs = FIRST_MS;
    this.soon = true;
  }
}
