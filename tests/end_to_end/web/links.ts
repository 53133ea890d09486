// What a link admits, and what the page says when it does not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitFor } from './wait_for';
import { world } from './world';

describe('links', () => {
  const outcomeOf = async (url: string): Promise<string> => {
    const viewer = await world().viewer();
    const words = await viewer.outcome(url);
    await viewer.close();
    return words;
  };

  it('a revoked link closes the view within a second', async (context) => {
    const link = await world().link();
    const viewer = await (await world().viewer()).open(link.url);
    // By the page's own clock: the same machine's as the server's.
    const closed = viewer.page.evaluate(() => new Promise<number>((done) => {
      const card = document.querySelector('#card') as HTMLElement;
      new MutationObserver(() => {
        if (!card.hidden) done(Date.now());
      }).observe(card, { attributes: true });
    }));
    await world().node.call('DELETE', `/v1/links/${link.id}`);
    const closedMs = await closed;
    const query = `actor=link/${link.id}&type=Link.Revoked`;
    const { items } = await world().node.call('GET', `/v1/events?${query}`);
    const [revoked] = items as readonly { readonly time_us: number }[];
    const tookMs = closedMs - (revoked ?? assert.fail('no such event')).time_us / 1000;
    context.diagnostic(`closed ${tookMs} ms after the server took the revocation`);
    assert.equal(await viewer.waitCard(), 'The link was withdrawn');
    assert.ok(!(await viewer.page.isVisible('#screen')));
    assert.ok(tookMs < 1_000, `${tookMs} ms`);
    await viewer.close();
    assert.equal(await outcomeOf(link.url), 'The link was withdrawn');
  });

  it('a link for one use opens once', async () => {
    const link = await world().link({ single_use: true });
    const viewer = await (await world().viewer()).open(link.url);
    assert.equal(await outcomeOf(link.url), 'The link was used');
    await viewer.close();
  });

  it('expired, changed and unknown links say which they are', async () => {
    const short = await world().link({ lifetime_s: 1 });
    await waitFor('the link expires', 60_000, async () =>
      (await outcomeOf(short.url)) === 'The link has expired');
    const { url } = await world().link();
    const changed = url.replace(/(#\w+\.)(.)/, (_, id, first) =>
      `${id}${first === 'A' ? 'B' : 'A'}`);
    assert.equal(await outcomeOf(changed), 'The link is not right');
    assert.equal(await outcomeOf(url.replace(/#./, (start) => `#${start === '#0' ? '1' : '0'}`)),
                 'No such link');
    assert.equal(await outcomeOf(url.replace(/#.*/, '')), 'Open a phone');
  });

  it('asks for a password, and again after a wrong one', async () => {
    const viewer = await world().viewer();
    await viewer.page.goto((await world().link({ password: 'let me in' })).url);
    assert.equal(await viewer.waitCard(), 'Password');
    await viewer.page.keyboard.type('let me out');
    await viewer.page.keyboard.press('Enter');
    await viewer.page.waitForFunction(() => document.querySelector('.problem')?.textContent !== '');
    await viewer.page.keyboard.type('let me in');
    await viewer.page.keyboard.press('Enter');
    await viewer.waitLive();
    await viewer.close();
  });

  it('another link pasted into the same tab is opened', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    const other = await world().link({ control: false });
    await viewer.page.goto(other.url);
    await viewer.page.waitForSelector('#view-only', { state: 'visible' });
    await viewer.waitLive();
    await viewer.close();
  });

  it('another link in the same tab shows nothing of the first', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.page.click('#figures-button');
    const fingerprint = '[data-row=fingerprint] + dd';
    await viewer.page.waitForFunction((row) =>
      (document.querySelector(row)?.textContent ?? '–') !== '–', fingerprint);
    // Its password is asked for before anything of its own can come.
    await viewer.page.goto((await world().link({ password: 'let me in' })).url);
    assert.equal(await viewer.waitCard(), 'Password');
    const left = await viewer.page.evaluate(() => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      const said = (row: string): string =>
        document.querySelector(`[data-row=${row}] + dd`)?.textContent ?? 'no such row';
      return {
        lit: data.some((value, i) => i % 4 !== 3 && value !== 0),
        state: document.querySelector('#state')?.textContent,
        fingerprint: said('fingerprint'),
        latency: said('latency_usual') === said('latency_p95') && said('round_trip'),
        name: document.querySelector('#phone-name')?.textContent,
      };
    });
    assert.deepEqual(left, {
      lit: false, state: 'Connecting', fingerprint: '–', latency: 'not measured yet', name: 'Phone',
    });
    await viewer.close();
  });

  it('keeps nothing secret where a page can, and asks nobody else', async () => {
    const { url } = await world().link();
    const secret = url.split('.').at(-2) ?? assert.fail();
    const viewer = await (await world().viewer()).open(url);
    const left = await viewer.page.evaluate(async () => JSON.stringify([
      location.href, history.state, history.length, document.cookie, { ...localStorage },
      { ...sessionStorage }, await indexedDB.databases(), await caches.keys(),
      // The navigation's own entry holds the address as it was typed, until the page is left.
      performance.getEntriesByType('resource').map(({ name }) => name),
      document.documentElement.outerHTML,
    ]));
    assert.ok(secret.length >= 43 && !left.includes(secret));
    assert.equal(new URL(viewer.page.url()).hash, '');
    const { host } = new URL(world().node.address);
    assert.ok(viewer.requests.length > 3);
    for (const request of viewer.requests) assert.equal(new URL(request).host, host);
    await viewer.close();
  });
});
