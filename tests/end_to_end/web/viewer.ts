// Somebody with a browser: opens a link, looks at the canvas, taps.
import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import type { Point } from '../../../tools/web/src/wire/inputs';
import type { Calculator } from './calculator';
import { waitFor } from './wait_for';

const PICTURE_MS_MAX = 60_000;
const STILL_MS = 600;
// A data packet with a Ping or a Pong: header, message, tag.
const PING_BYTES = 16 + 9 + 16;

export class Viewer {
  private pings = 0;
  private problems: string[] = [];
  readonly requests: string[] = [];
  session = ''; // the first one's name

  constructor(readonly page: Page, private readonly calculator: Calculator) {
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      // Refused links and a server that is down are no news.
      const expected = /Failed to load resource|WebSocket connection/.test(message.text());
      if (message.type() === 'error' && !expected) this.problems.push(message.text());
    });
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('response', async (response) => {
      if (!/\/v1\/links\/\w+\/open$/.test(response.url()) || response.status() !== 201) return;
      const { session_id: id } = (await response.json()) as { session_id: string };
      this.session ||= id.split('/').pop() ?? '';
    });
    page.on('websocket', (socket) => {
      this.requests.push(socket.url());
      socket.on('framereceived', ({ payload }) => {
        if (payload.length === PING_BYTES) ++this.pings;
      });
    });
  }
  static async in(context: BrowserContext, calculator: Calculator): Promise<Viewer> {
    return new Viewer(await context.newPage(), calculator);
  }

  async open(url: string): Promise<this> {
    await this.page.goto(url);
    await this.waitLive();
    return this;
  }
  async waitLive(): Promise<void> {
    await this.page.waitForSelector('#state.live', { timeout: PICTURE_MS_MAX });
  }
  // Whatever comes first: 'live', or what the card says.
  async outcome(url: string): Promise<string> {
    await this.page.goto(url);
    await this.page.waitForSelector('#state.live, #card h1', { timeout: PICTURE_MS_MAX });
    const live = await this.page.isVisible('#state.live');
    return live ? 'live' : this.waitCard();
  }
  // What the card in the page's middle says.
  async waitCard(): Promise<string> {
    await this.page.waitForSelector('#card h1', { timeout: PICTURE_MS_MAX });
    return (await this.page.textContent('#card h1')) ?? '';
  }
  async close(): Promise<void> {
    assert.deepEqual(this.problems, []);
    await this.page.close();
  }

  // How often the page asked for a session anew, and how often for the same again.
  asked(): { readonly opened: number; readonly resumed: number } {
    const count = (end: string): number =>
      this.requests.filter((url) => url.endsWith(end)).length;
    return { opened: count('/open'), resumed: count(`/v1/sessions/${this.session}/resume`) };
  }

  // Waits until the picture shows the same for a while.
  async waitStill(): Promise<void> {
    let last = '';
    let since = Date.now();
    await waitFor('the picture comes to rest', PICTURE_MS_MAX, async () => {
      const now = await this.page.evaluate(() => {
        const canvas = document.querySelector('canvas') as HTMLCanvasElement;
        const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
        const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
        let hash = 0;
        for (let i = 0; i < data.length; i += 4) hash = (hash * 31 + (data[i] ?? 0)) | 0;
        return `${canvas.width} ${hash}`;
      });
      if (now !== last) since = Date.now();
      last = now;
      return Date.now() - since > STILL_MS;
    });
  }
  // Which sum the calculator shows on the canvas.
  async reads(): Promise<string | undefined> {
    const grey = await this.page.evaluate(([x, y, width, height]) => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      const { data } = pen.getImageData(x, y, width, height);
      const weights = [77, 150, 29];
      return Array.from({ length: width * height }, (_, i) =>
        weights.reduce((sum, weight, color) => sum + weight * (data[4 * i + color] ?? 0), 0) >> 8);
    }, this.calculator.display);
    return this.calculator.reads(Uint8Array.from(grey));
  }
  async waitReads(total: string): Promise<void> {
    await waitFor(`the canvas shows ${total}`, PICTURE_MS_MAX, async () =>
      (await this.reads()) === total);
  }

  // In the middle of the phone's pixel, however the picture is placed and turned.
  async where({ x, y }: Point, turns = 0): Promise<Point> {
    const box = (await this.page.locator('#screen').boundingBox()) ?? assert.fail('no picture');
    const [u, v] = [(x + 0.5) / 720, (y + 0.5) / 1280];
    const places = [[u, v], [1 - v, u], [1 - u, 1 - v], [v, 1 - u]] as const;
    const [across, down] = places[turns] ?? assert.fail('four turns are none');
    return { x: box.x + across * box.width, y: box.y + down * box.height };
  }
  async tap(point: Point, turns = 0): Promise<void> {
    const at = await this.where(point, turns);
    await this.page.mouse.click(at.x, at.y);
  }
  async touch(point: Point): Promise<void> {
    const at = await this.where(point);
    await this.page.touchscreen.tap(at.x, at.y);
  }
  async press(keys: readonly string[], turns = 0): Promise<void> {
    for (const key of keys) {
      await this.tap(this.calculator.key(key), turns);
      await this.waitStill();
    }
  }
  // The host has seen all that was sent until now: a later ping of ours is answered.
  async waitHeard(): Promise<void> {
    const before = this.pings;
    await waitFor('the host answers pings', PICTURE_MS_MAX, async () => this.pings >= before + 4);
  }
}
