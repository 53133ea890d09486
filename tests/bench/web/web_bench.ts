// The phone in a browser, from a program in a sandboxed guest to the pixels on the page's canvas.
//   glass_to_glass   from the moment at which the program hands a frame to its X server (read from
//                    the picture itself) to the moment at which its pixels stand on the canvas
//   frames_shown     of 30 a second
//   first_picture    from the navigation to the link to the first picture on the canvas
//   page_weight      what the browser loaded, as it came; baseline: the goal
// Baseline of the others: the same program on TigerVNC's X server, seen through noVNC in the same
// browser, in turns.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../end_to_end/web/chromium';
import { RookerydNode } from '../../end_to_end/web/rookeryd_node';
import { VncDesktop } from './vnc_desktop';
import { IDLE, TYPING, VIDEO, WatchedPage } from './watched_page';

const WIDTH_PX = 720;
const HEIGHT_PX = 1280;
const ROUNDS = 3;
const SETTLE_MS = 2_000;
const WATCH_MS = 6_000;
const JOINS = 7;
const PAGE_BYTES_GOAL = 400_000;
const FRAMES_A_SECOND = 30;

function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
}

function print(metric: string, value: number, unit: string, baseline: number): void {
  const digits = (number: number): number => Number(number.toPrecision(5));
  const ratio = baseline > 0 ? digits(value / baseline) : 0;
  const figure = {
    bench: 'web', metric, value: digits(value), unit, baseline: digits(baseline), ratio,
  };
  console.log(JSON.stringify(figure));
}

interface Contender {
  readonly page: WatchedPage;
  readonly delaysMs: number[];
}

// In turns, so that what else the machine does meets both.
async function measure(name: string, workload: number, ours: WatchedPage,
                       theirs: WatchedPage): Promise<void> {
  const contenders: Contender[] = [ours, theirs].map((page) => ({ page, delaysMs: [] }));
  for (let round = 0; round < ROUNDS; ++round) {
    for (const { page, delaysMs } of contenders) {
      await page.choose(workload);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      delaysMs.push(...await page.delaysMs(WATCH_MS));
      await page.choose(IDLE);
    }
  }
  const [us, them] = contenders.map(({ delaysMs }) => delaysMs);
  if (us === undefined || them === undefined || us.length < 10 || them.length < 10) {
    throw new Error(`no frames arrive: ${name}`);
  }
  for (const [metric, share] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) {
    print(`glass_to_glass_${name}_${metric}`, percentile(us, share), 'ms', percentile(them, share));
  }
  print(`frames_shown_${name}`, us.length, 'frames', them.length);
}

async function measureJoin(browser: Browser, sampler: string, ourUrl: () => Promise<string>,
                           theirUrl: string): Promise<void> {
  const joins: { us: number[]; them: number[] } = { us: [], them: [] };
  let bytes = 0;
  for (let i = 0; i < JOINS; ++i) {
    for (const [sample, url] of [[joins.us, await ourUrl()], [joins.them, theirUrl]] as const) {
      const page = await WatchedPage.open(browser, url, sampler);
      sample.push(await page.firstPictureMs());
      if (sample === joins.us) bytes = await page.bytesLoaded();
      await page.close();
    }
  }
  print('first_picture_p50', percentile(joins.us, 0.5), 'ms', percentile(joins.them, 0.5));
  print('first_picture_max', percentile(joins.us, 1), 'ms', percentile(joins.them, 1));
  print('page_weight', bytes, 'bytes', PAGE_BYTES_GOAL);
}

async function run(bin: string, sampler: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rookery-web-bench-'));
  const node = new RookerydNode(folder, bin);
  const desktop = new VncDesktop();
  let browser: Browser | undefined;
  try {
    await node.start();
    await node.makePhone({ image: 'process:pattern', width_px: WIDTH_PX, height_px: HEIGHT_PX });
    await desktop.start(bin, WIDTH_PX, HEIGHT_PX);
    browser = await launchChromium();
    const link = async (): Promise<string> =>
      (await node.makeLink({ control: true, single_use: false, lifetime_s: 3600 })).url;
    await measureJoin(browser, sampler, link, desktop.url);
    const ours = await WatchedPage.open(browser, await link(), sampler);
    const theirs = await WatchedPage.open(browser, desktop.url, sampler);
    await measure('typing', TYPING, ours, theirs);
    await measure(`video_720p${FRAMES_A_SECOND}`, VIDEO, ours, theirs);
  } finally {
    await browser?.close();
    await desktop.stop();
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [bin, sampler] = [process.env['ROOKERY_BIN'], process.env['ROOKERY_SAMPLER']];
if (bin === undefined || sampler === undefined) throw new Error('run this by tools/bench web');
run(bin, readFileSync(sampler, 'utf8')).catch((error: unknown) => {
  console.error(`web bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
