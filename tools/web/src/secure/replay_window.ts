// Which counters were seen: RFC 6479's sliding bitmap, as in media/replay_window.h. Feed it only
// counters of packets whose tag was verified.

const WORD_BITS = 32;
const WORDS = 256;
// One word is always being refilled and so tells nothing.
const WINDOW = (WORDS - 1) * WORD_BITS;

export class ReplayWindow {
  private readonly bits = new Uint32Array(WORDS);
  private newest = -1;

  // False: seen before, or too old to know.
  accept(counter: number): boolean {
    const word = Math.floor(counter / WORD_BITS);
    if (counter > this.newest) {
      const newestWord = Math.floor(this.newest / WORD_BITS);
      // Words between the old and the new newest are cleared: nothing in them was seen yet.
      const steps = Math.min(word - newestWord, WORDS);
      for (let i = 1; i <= steps; ++i) this.bits[(newestWord + i + WORDS) % WORDS] = 0;
      this.newest = counter;
    } else if (this.newest - counter >= WINDOW) {
      return false;
    }
    const mask = (1 << counter % WORD_BITS) >>> 0;
    const seen = this.bits[word % WORDS] ?? 0;
    if ((seen & mask) !== 0) return false;
    this.bits[word % WORDS] = seen | mask;
    return true;
  }
  // Highest accepted; 0 before the first.
  highest(): number {
    return Math.max(this.newest, 0);
  }
}
