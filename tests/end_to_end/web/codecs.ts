// A host that codes VP9.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RookerydNode } from './rookeryd_node';
import { waitFor } from './wait_for';
import { setting, world } from './world';

describe('a host that codes VP9', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rookery-vp9-'));
  const node = new RookerydNode(folder, setting('ROOKERY_BIN'), ['--codec', 'vp9']);
  const link = async (): Promise<string> =>
    (await node.makeLink({ control: true, single_use: false, lifetime_s: 3600 })).url;

  before(async () => {
    await node.start();
    await node.makePhone();
  });
  after(async () => {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is seen and touched: 7 + 5 = taps to 12', async () => {
    const viewer = await (await world().viewer()).open(await link());
    await viewer.waitStill();
    await viewer.tap(world().calculator.opener());
    await viewer.waitStill();
    await viewer.press(['AC', '7', '+', '5', '=']);
    await viewer.waitReads('12');
    await viewer.page.click('#figures-button');
    await waitFor('the figures name the codec', 60_000, async () =>
      /720 × 1280 · VP9/.test(await viewer.page.evaluate(() => document.body.innerText)));
    await viewer.close();
  });

  it('a browser that cannot decode it says so, and which can', async () => {
    const viewer = await world().viewer();
    await viewer.page.addInitScript(() => {
      const ask = VideoDecoder.isConfigSupported.bind(VideoDecoder);
      VideoDecoder.isConfigSupported = async (config) =>
        config.codec.startsWith('vp09') ? { supported: false, config } : ask(config);
    });
    await viewer.page.goto(await link());
    assert.equal(await viewer.waitCard(), 'This browser cannot show the phone');
    const words = (await viewer.page.textContent('#card p')) ?? '';
    assert.match(words, /cannot decode VP9.*Firefox 130/);
    await viewer.close();
  });
});
