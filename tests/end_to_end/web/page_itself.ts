// The page as such: for every reader, at every size, in every browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setting, world } from './world';

describe('the page itself', () => {
  it('speaks the published handshake in the browser itself', async () => {
    const { page } = await world().viewer();
    const vector = readFileSync(join(world().tests, 'golden', 'noise_ikpsk2.txt'), 'utf8');
    await page.evaluate(readFileSync(setting('ROOKERY_BROWSER_CHECK'), 'utf8'));
    const checked = await page.evaluate(`checkNoise(${JSON.stringify(vector)})`);
    assert.equal(checked, 'all published bytes');
    await page.close();
  });

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

  it('in full screen, what is done on the picture does not bring the tools over it', async () => {
    const { url } = await world().link({ control: false });
    const viewer = await (await world().viewer()).open(url);
    const { page } = viewer;
    const awake = (): Promise<boolean> =>
      page.evaluate(() => document.querySelector('#app.awake') !== null);
    await page.click('#tool-full');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await page.mouse.move(500, 400);
    assert.ok(await awake());
    await page.waitForSelector('#app:not(.awake)');
    await page.mouse.down();
    await page.mouse.move(520, 300, { steps: 5 });
    assert.ok(!await awake());
    await page.mouse.up();
    await page.mouse.move(530, 300);
    assert.ok(await awake());
    await viewer.close();
  });

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
    for (const [name, value] of [
      ['referrer-policy', 'no-referrer'], ['cross-origin-opener-policy', 'same-origin'],
      ['cross-origin-embedder-policy', 'require-corp'], ['x-content-type-options', 'nosniff'],
    ] as const) assert.equal(response.headers.get(name), value);
    assert.match(response.headers.get('permissions-policy') ?? '', /camera=\(\)/);
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
