// axe-core in every state of the page: no serious and no critical finding.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { FINAL_REFUSALS } from '../../../tools/web/src/connection/admission';
import type { Viewer } from './viewer';
import { waitFor } from './wait_for';
import { world } from './world';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

async function check(page: Page, state: string): Promise<void> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] };
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(serious, [], state);
}

// How the page looks is the question, not when it answers so: that is the other tests'.
async function answer(page: Page, status: number, code: string): Promise<void> {
  await page.unroute('**/v1/links/*/open');
  await page.route('**/v1/links/*/open', (route) =>
    route.fulfill({ status, json: { error: { code, message: code } } }));
}

function anotherLink(number: number): string {
  return `${world().node.address}/p/#link${number}.${'s'.repeat(43)}.${'k'.repeat(22)}`;
}

async function live(viewer: Viewer): Promise<void> {
  const { page } = viewer;
  await viewer.open((await world().link()).url);
  await check(page, 'live');
  await page.click('#figures-button');
  await check(page, 'figures');
  await page.click('#tool-settings');
  await check(page, 'settings');
  await page.keyboard.press('Escape');
  await page.click('#tool-zoom');
  await page.click('#tool-move');
  await check(page, 'zoomed');
  await page.focus('#typing');
  await page.evaluate(() => {
    const event = new CompositionEvent('compositionupdate', { data: 'hao', bubbles: true });
    document.querySelector('#typing')?.dispatchEvent(event);
  });
  await page.waitForSelector('#composing', { state: 'visible' });
  await check(page, 'composing');
}

async function broken(viewer: Viewer): Promise<void> {
  const { page } = viewer;
  const cuts: (() => Promise<void>)[] = [];
  let open = true;
  await page.routeWebSocket(/\/v1\/stream$/, (socket) => {
    if (!open) return void socket.close();
    const server = socket.connectToServer();
    cuts.push(async () => {
      await socket.close();
      await server.close();
    });
  });
  await viewer.open((await world().link({ control: false })).url);
  await page.click('#tool-copy', { force: true }); // not allowed, and says so
  await page.waitForSelector('#message.shown');
  await check(page, 'view only');
  open = false;
  for (const cut of cuts) await cut();
  await page.waitForSelector('#notice', { state: 'visible' });
  await check(page, 'reconnecting');
}

async function refused(viewer: Viewer): Promise<void> {
  const { page } = viewer;
  let number = 0;
  await page.route('**/v1/links/*/open', () => undefined); // never answered
  await page.goto(anotherLink(++number));
  await page.waitForSelector('#notice', { state: 'visible' });
  await check(page, 'connecting');
  for (const code of ['too_many_tries', 'too_many_viewers']) {
    await answer(page, 429, code);
    await page.goto(anotherLink(++number));
    await waitFor('it says why', 60_000, async () =>
      /too many|过多/i.test(await page.textContent('#notice-text') ?? ''));
    await check(page, code);
  }
  for (const code of FINAL_REFUSALS) {
    await answer(page, 410, code);
    await page.goto(anotherLink(++number));
    await viewer.waitCard();
    await check(page, code);
  }
  for (const code of ['password_required', 'password_wrong']) {
    await answer(page, 401, code);
    await page.goto(anotherLink(++number));
    await page.waitForSelector('#card input');
    await check(page, code);
  }
}

async function closed(viewer: Viewer): Promise<void> {
  const { page } = viewer;
  await page.goto(`${world().node.address}/p/`);
  await viewer.waitCard();
  await page.keyboard.type('no link');
  await page.keyboard.press('Enter');
  await check(page, 'no link');
  await page.addInitScript('delete globalThis.VideoDecoder');
  await page.goto(anotherLink(0));
  await page.reload();
  await viewer.waitCard();
  await check(page, 'no decoder');
  const hide = 'Object.defineProperty(globalThis, "isSecureContext", { value: false })';
  await page.addInitScript(hide);
  await page.reload();
  await viewer.waitCard();
  await check(page, 'not secure');
}

const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light, English, a desk', { colorScheme: 'light', locale: 'en-US' }],
  ['dark, Chinese, 360 px', {
    colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 360, height: 640 },
  }],
];

describe('axe-core has no serious finding', () => {
  for (const [look, options] of LOOKS) {
    for (const [name, visit] of Object.entries({ live, broken, refused, closed })) {
      it(`${name}: ${look}`, async () => {
        const viewer = await world().viewer(options);
        await visit(viewer);
        await viewer.close();
      });
    }
  }
  for (const [colorScheme, locale, width] of [['light', 'zh-CN', 1000], ['dark', 'en-US', 1000],
                                              ['light', 'en-US', 360]] as const) {
    it(`live: ${colorScheme}, ${locale}, ${width} px`, async () => {
      const viewer = await world().viewer({
        colorScheme, locale, viewport: { width, height: 640 },
      });
      await viewer.open((await world().link()).url);
      await viewer.page.click('#figures-button');
      await check(viewer.page, 'figures');
      await viewer.close();
    });
  }
});
