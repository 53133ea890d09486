// A page in Chromium that shows the pattern, and what was seen in it.
import type { Browser, Page } from 'playwright-core';
import { waitFor } from '../../end_to_end/web/wait_for';

// Tests' workloads (tests/bench/frame_code.h), from the top of the screen down.
export const IDLE = 0;
export const TYPING = 1;
export const VIDEO = 4;
const WORKLOADS = 5;
const PATIENCE_MS = 60_000;
const TIME_MASK = 2 ** 40;
const CLOCK_TRIES = 200;

export class WatchedPage {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser, url: string, sampler: string): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: { width: 760, height: 1440 } });
    const page = await context.newPage();
    await page.addInitScript(sampler);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.seenFrames.length > 0, undefined,
                               { timeout: PATIENCE_MS });
    return new WatchedPage(page);
  }
  async close(): Promise<void> {
    await this.page.context().close();
  }

  // Since the navigation began.
  async firstPictureMs(): Promise<number> {
    return Number(await this.page.evaluate('globalThis.firstSeenMs'));
  }
  async bytesLoaded(): Promise<number> {
    return Number(await this.page.evaluate(`
      performance.getEntries().reduce((sum, entry) => sum + (entry.encodedBodySize ?? 0), 0)`));
  }

  async choose(workload: number): Promise<void> {
    const canvas = this.page.locator('canvas:visible').first();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error('the page shows no canvas');
    const down = ((workload + 0.5) / WORKLOADS) * box.height;
    await waitFor('the pattern follows a tap', PATIENCE_MS, async () => {
      await this.page.mouse.click(box.x + box.width / 2, box.y + down);
      await this.page.waitForTimeout(500);
      return Number(await this.page.evaluate('globalThis.seenFrames.at(-1).workload')) === workload;
    });
  }
  // From the program's drawing to the pixels on the page's canvas, for each frame of this time.
  async delaysMs(watchMs: number): Promise<number[]> {
    await this.page.evaluate('globalThis.seenFrames = []');
    await this.page.waitForTimeout(watchMs);
    const frames = (await this.page.evaluate('globalThis.seenFrames')) as
      { drawnUs: number; seenMs: number }[];
    const offsetUs = await this.clockOffsetUs();
    return frames.map(({ drawnUs, seenMs }) => {
      const delay = (Math.round(seenMs * 1000 + offsetUs) - drawnUs) % TIME_MASK;
      return (delay < 0 ? delay + TIME_MASK : delay) / 1000;
    });
  }

  // What to add to the page's clock to have CLOCK_MONOTONIC, which Node's hrtime reads: the answer
  // that came fastest says it most exactly.
  private async clockOffsetUs(): Promise<number> {
    let best = { tookUs: Infinity, offsetUs: 0 };
    for (let i = 0; i < CLOCK_TRIES; ++i) {
      const askedUs = Number(process.hrtime.bigint() / 1000n);
      const pageUs = Number(await this.page.evaluate('performance.now()')) * 1000;
      const tookUs = Number(process.hrtime.bigint() / 1000n) - askedUs;
      if (tookUs < best.tookUs) best = { tookUs, offsetUs: askedUs + tookUs / 2 - pageUs };
    }
    return best.offsetUs;
  }
}
