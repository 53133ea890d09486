// The page as such: for every reader, at every size, in every browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { setting, world } from './world';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Finding[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('the page itself', () => {
  it('speaks the published handshake in the browser itself', async () => {
    const { page } = await world().viewer();
    const vector = readFileSync(join(world().tests, 'golden', 'noise_ikpsk2.txt'), 'utf8');
    await page.evaluate(readFileSync(setting('ROOKERY_BROWSER_CHECK'), 'utf8'));
    const checked = await page.evaluate(`checkNoise(${JSON.stringify(vector)})`);
    assert.equal(checked, 'all published bytes');
    await page.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding of axe-core, ${colorScheme}`, async () => {
      const viewer = await world().viewer({ colorScheme });
      await viewer.open((await world().link()).url);
      assert.deepEqual(await seriousFindings(viewer.page), []);
      await viewer.page.click('#figures-button');
      assert.deepEqual(await seriousFindings(viewer.page), []);
      await viewer.page.click('#tool-settings');
      assert.deepEqual(await seriousFindings(viewer.page), []);
      await viewer.page.goto(`${world().node.address}/p/`);
      await viewer.page.reload();
      await viewer.waitCard();
      assert.deepEqual(await seriousFindings(viewer.page), []);
      await viewer.close();
    });
  }

  it('every tool is reached and named with the keyboard alone', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    const reached = new Set<string>();
    for (let i = 0; i < 12; ++i) {
      await viewer.page.keyboard.press('Tab');
      const { id, name } = await viewer.page.evaluate(() => ({
        id: document.activeElement?.id ?? '',
        name: document.activeElement?.getAttribute('aria-label') ??
          document.activeElement?.textContent ?? '',
      }));
      if (id === '') continue;
      assert.notEqual(name.trim(), '', id);
      reached.add(id);
      // The phone takes the Tab key; F6 is the way on.
      if (id !== 'typing') continue;
      await viewer.page.keyboard.press('F6');
      reached.add(await viewer.page.evaluate(() => document.activeElement?.id ?? ''));
    }
    const visible = await viewer.page.$$eval('button', (buttons) =>
      buttons.filter((button) => button.checkVisibility() && !button.disabled)
        .map((button) => button.id));
    for (const id of visible) {
      if (id !== 'tool-back') assert.ok(reached.has(id), `${id} is not reached`);
    }
    await viewer.close();
  });

  for (const [width, height, locale] of [[360, 640, 'en-US'], [360, 640, 'zh-CN'],
                                         [740, 360, 'en-US'], [3840, 2160, 'zh-CN']] as const) {
    it(`fits ${width} x ${height} in ${locale}`, async () => {
      const viewer = await world().viewer({ viewport: { width, height }, locale });
      await viewer.open((await world().link()).url);
      const boxes = await viewer.page.$$eval('#app button, #screen, #phone-name', (elements) =>
        elements.filter((element) => element.checkVisibility())
          .map((element) => ({ id: element.id, box: element.getBoundingClientRect().toJSON() })));
      assert.ok(boxes.length >= 8);
      for (const { id, box } of boxes) {
        const inside = box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
        assert.ok(inside && box.width > 0, `${id} ${JSON.stringify(box)}`);
      }
      const language = await viewer.page.evaluate(() => document.documentElement.lang);
      assert.equal(language, locale === 'zh-CN' ? 'zh-Hans' : 'en');
      await viewer.close();
    });
  }

  it('says which browsers work when this one does not', async () => {
    const viewer = await world().viewer();
    await viewer.page.addInitScript('delete globalThis.VideoDecoder');
    await viewer.page.goto((await world().link()).url);
    assert.equal(await viewer.waitCard(), 'This browser cannot show the phone');
    const words = (await viewer.page.textContent('#card p')) ?? '';
    for (const name of ['Chrome or Edge 94', 'Firefox 130', 'Safari 16.4']) {
      assert.ok(words.includes(name), words);
    }
    assert.ok(!viewer.requests.some((url) => /\/open$|\/v1\/stream$/.test(url))); // uses no link up
    await viewer.close();
  });

  it('remembers language and appearance, and nothing else', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.page.click('#tool-settings');
    await viewer.page.selectOption('#language', 'zh-Hans');
    await viewer.page.selectOption('#appearance', 'dark');
    assert.equal(await viewer.page.textContent('#state'), '实时');
    const kept = await viewer.page.evaluate(() => ({ ...localStorage }));
    assert.deepEqual(kept, { language: 'zh-Hans', appearance: 'dark' });
    await viewer.page.reload();
    assert.equal(await viewer.waitCard(), '打开手机');
    await viewer.close();
  });

  it('is served with a policy that allows nothing from elsewhere', async () => {
    const response = await fetch(`${world().node.address}/p/`);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      assert.ok(policy.includes(part), policy);
    }
    assert.ok(!policy.includes('unsafe-inline') && !policy.includes("'unsafe-eval'"));
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    const html = await response.text();
    assert.ok(!/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i.test(html));
    const manifest = (await (await fetch(`${world().node.address}/p/manifest.webmanifest`))
      .json()) as { icons: { src: string }[]; display: string; start_url: string };
    assert.deepEqual([manifest.display, manifest.start_url], ['standalone', '/p/']);
    for (const { src } of manifest.icons) {
      assert.equal((await fetch(`${world().node.address}/p/${src}`)).status, 200);
    }
  });
});
