// What breaks, and mends itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Viewer } from './viewer';
import { waitFor } from './wait_for';
import { world } from './world';

describe('recovery', () => {
  it('goes on by itself after its connection is lost: same session, nothing doubled', async () => {
    const viewer = await world().viewer();
    const cuts: (() => Promise<void>)[] = [];
    await viewer.page.routeWebSocket(/\/v1\/stream$/, (socket) => {
      const server = socket.connectToServer();
      cuts.push(async () => {
        await socket.close();
        await server.close();
      });
    });
    await viewer.open((await world().link()).url);
    await viewer.press(['AC', '7']);
    const streams = cuts.length;
    await cuts.at(-1)?.();
    await waitFor('it connects again', 60_000, async () => cuts.length > streams);
    await viewer.waitLive();
    await viewer.press(['+', '6', '=']);
    await viewer.waitReads('13');
    await sameSession(viewer);
    await viewer.close();
  });

  it('a hidden tab is left alone, and is back at once when it is shown', async () => {
    const viewer = await world().viewer();
    const cuts: (() => Promise<void>)[] = [];
    await viewer.page.routeWebSocket(/\/v1\/stream$/, (socket) => {
      const server = socket.connectToServer();
      cuts.push(async () => {
        await socket.close();
        await server.close();
      });
    });
    await viewer.open((await world().link()).url);
    const look = (hidden: boolean): Promise<void> => viewer.page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await look(true);
    await cuts.at(-1)?.();
    await viewer.page.waitForSelector('#state:not(.live)', { timeout: 60_000 });
    const { resumed } = viewer.asked();
    await look(false);
    await viewer.waitLive();
    assert.equal(viewer.asked().resumed, resumed + 1);
    await viewer.press(['AC', '7', '+', '5', '=']);
    await viewer.waitReads('12');
    await sameSession(viewer);
    await viewer.close();
  });

  it('a finger that lies down when the server is killed is said to be lost', async () => {
    const { node } = world();
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC']);
    const at = await viewer.where(world().calculator.key('5'));
    await viewer.page.mouse.move(at.x, at.y);
    await viewer.page.mouse.down();
    await viewer.waitHeard();
    await node.kill();
    await viewer.page.waitForSelector('#state:not(.live)', { timeout: 60_000 });
    assert.match(await viewer.page.textContent('#spoken') ?? '', /may not have arrived/);
    await node.start();
    await viewer.waitLive();
    await viewer.page.mouse.up();
    await viewer.press(['AC', '7', '+', '6', '=']);
    await viewer.waitReads('13');
    await viewer.close();
  });

  it('goes on by itself after kill -9 of the server: same session, nothing doubled', async () => {
    const { node } = world();
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC', '7']);
    await node.kill();
    await viewer.page.waitForSelector('#state:not(.live)', { timeout: 60_000 });
    await node.start();
    await viewer.waitLive();
    await viewer.press(['+', '6', '=']);
    await viewer.waitReads('13');
    await sameSession(viewer);
    await viewer.close();
  });

  it('what is typed while the server is killed arrives once, or is said to be lost', async () => {
    const { node } = world();
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC']);
    await viewer.page.focus('#typing');
    await viewer.page.evaluate(() => {
      const shown = document.querySelector('#message') as HTMLElement;
      new MutationObserver(() => {
        if (shown.textContent !== '') shown.dataset['said'] = shown.textContent ?? '';
      }).observe(shown, { childList: true });
    });
    const typed = viewer.page.keyboard.type('7+6\n'); // on its way when the server dies
    await node.kill();
    await typed;
    await viewer.page.waitForSelector('#state:not(.live)', { timeout: 60_000 });
    await node.start();
    await viewer.waitLive();
    const outcome = async (): Promise<string | undefined> => {
      if ((await viewer.reads()) === '13') return 'whole';
      return viewer.page.evaluate(() =>
        (document.querySelector('#message') as HTMLElement).dataset['said']);
    };
    await waitFor('it is done, or said to be lost', 60_000, async () =>
      (await outcome()) !== undefined);
    const said = await outcome();
    assert.ok(said === 'whole' || /may not have arrived/.test(said ?? ''), said);
    await sameSession(viewer);
    await viewer.close();
  });
});

// One session from begin to end, and it is this one that is watched.
async function sameSession(viewer: Viewer): Promise<void> {
  const { opened, resumed } = viewer.asked();
  assert.equal(opened, 1);
  assert.ok(viewer.session !== '' && resumed >= 1);
  const { phase } = await world().node.call('GET', `/v1/sessions/${viewer.session}`);
  assert.equal(phase, 'connected');
}
