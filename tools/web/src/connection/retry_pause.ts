// How long to wait before the next try: longer each time, never the same for two viewers, and not
// at all once something happened that makes success likely. Nothing is tried while nobody looks.

const FIRST_MS = 250;
const LONGEST_MS = 4_000;
// Skipping a pause more often than this would be a loop without one.
const HURRY_MS_MIN = 2_000;

export class RetryPause {
  private nextMs = FIRST_MS;
  private wake: (() => void) | undefined;
  private soon = false;
  private hurriedMs = -Infinity;

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
  // The next try is made at once: the server is there, and has something to say.
  hurry(): void {
    if (performance.now() < this.hurriedMs + HURRY_MS_MIN) return;
    this.hurriedMs = performance.now();
    this.soon = true;
  }
  // It worked: the next break is a new one, tried at once.
  reset(): void {
    this.nextMs = FIRST_MS;
    this.soon = true;
  }
}
