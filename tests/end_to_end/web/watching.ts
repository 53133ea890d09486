// Seeing and touching the phone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Viewer } from './viewer';
import { waitFor } from './wait_for';
import { world } from './world';

const SUM_12 = ['AC', '7', '+', '5', '='];

// A page that thinks it may touch.
async function lie(viewer: Viewer): Promise<void> {
  await viewer.page.route('**/v1/links/*/open', async (route) => {
    const response = await route.fetch();
    const admission = (await response.json()) as Record<string, unknown>;
    const lies = { control: true, clipboard: 'both' };
    await route.fulfill({ response, json: { ...admission, ...lies } });
  });
}

// What the log says of this viewer's inputs that were refused.
async function refusals(viewer: Viewer): Promise<readonly unknown[]> {
  const query = `actor=session/${viewer.session}&type=Session.InputsRefused`;
  const { items } = await world().node.call('GET', `/v1/events?${query}`);
  return items as readonly unknown[];
}

// What the log says of texts that were copied and pasted.
async function passed(viewer: Viewer): Promise<readonly string[]> {
  const query = `actor=session/${viewer.session}&type=Session.ClipboardPassed`;
  const { items } = await world().node.call('GET', `/v1/events?${query}`);
  return (items as readonly { data: { direction: string; bytes: number } }[])
    .map(({ data: { direction, bytes } }) => `${bytes} bytes ${direction}`);
}

async function paste(viewer: Viewer, text: string): Promise<void> {
  await viewer.page.focus('#typing');
  await viewer.page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}

describe('watching', () => {
  it('a link opens the phone; 7 + 5 = taps to 12', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.waitStill();
    await viewer.tap(world().calculator.opener());
    await viewer.waitStill();
    await viewer.press(SUM_12);
    await viewer.waitReads('12');
    await viewer.close();
  });

  it('fingers tap exactly on a small screen with many pixels', async () => {
    const viewer = await world().viewer({
      viewport: { width: 360, height: 740 }, deviceScaleFactor: 2.625, hasTouch: true,
      isMobile: true,
    });
    await viewer.open((await world().link()).url);
    await viewer.waitStill();
    for (const key of ['AC', '7', '+', '6', '=']) {
      await viewer.touch(world().calculator.key(key));
      await viewer.waitStill();
    }
    await viewer.waitReads('13');
    await viewer.close();
  });

  it('taps are right when the picture is turned and zoomed', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    for (let turns = 1; turns < 4; ++turns) {
      await viewer.page.click('#tool-rotate');
      await viewer.press(['AC', '7', '+', turns === 2 ? '5' : '6', '='], turns);
      await viewer.waitReads(turns === 2 ? '12' : '13');
    }
    await viewer.page.click('#tool-rotate');
    await viewer.page.click('#tool-zoom');
    for (const key of SUM_12) {
      const { x, y } = await viewer.where(world().calculator.key(key));
      // Zoomed, a key may lie outside: it is scrolled to as a person does.
      await viewer.page.evaluate(([left, top]) => {
        const stage = document.querySelector('#stage') as HTMLElement;
        const { width, height, x: stageX, y: stageY } = stage.getBoundingClientRect();
        stage.scrollBy(left - stageX - width / 2, top - stageY - height / 2);
      }, [x, y] as const);
      await viewer.tap(world().calculator.key(key));
      await viewer.waitStill();
    }
    await viewer.waitReads('12');
    await viewer.close();
  });

  it('the keyboard types, and F6 leaves the phone', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC']);
    await viewer.page.focus('#typing');
    await viewer.page.keyboard.type('7+6');
    await viewer.page.keyboard.press('Enter');
    await viewer.waitReads('13');
    await viewer.page.keyboard.press('F6');
    assert.equal(await viewer.page.evaluate(() => document.activeElement?.id), 'tool-keyboard');
    await viewer.close();
  });

  it('an input method composes, and only what it commits is typed', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC']);
    await viewer.page.focus('#typing');
    const browser = await viewer.page.context().newCDPSession(viewer.page);
    const compose = { text: '55', selectionStart: 2, selectionEnd: 2 };
    await browser.send('Input.imeSetComposition', compose);
    await viewer.page.waitForSelector('#composing', { state: 'visible' });
    assert.equal(await viewer.page.textContent('#composing'), '55');
    await browser.send('Input.insertText', { text: '7' });
    await viewer.page.waitForSelector('#composing', { state: 'hidden' });
    await viewer.page.keyboard.type('+6');
    await viewer.page.keyboard.press('Enter');
    await viewer.waitReads('13');
    await viewer.close();
  });

  it('a text is pasted into the phone', async () => {
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC']);
    await paste(viewer, '7+5');
    await viewer.page.keyboard.press('Enter');
    await viewer.waitReads('12');
    await waitFor('the log has its length', 60_000, async () =>
      (await passed(viewer)).join() === '3 bytes in');
    await viewer.close();
  });

  it('a link may let no text in or out, even with a page that lies', async () => {
    const link = await world().link({ clipboard: 'none' });
    const honest = await (await world().viewer()).open(link.url);
    await honest.press(['AC']);
    await paste(honest, '7+5');
    assert.match(await honest.page.textContent('#message') ?? '', /not let texts be pasted/);
    const lying = await world().viewer({ permissions: ['clipboard-read', 'clipboard-write'] });
    await lie(lying);
    await lying.open(link.url);
    await paste(lying, '7+5');
    await waitFor('the host refuses it', 60_000, async () => (await refusals(lying)).length === 1);
    await lying.page.click('#tool-copy');
    await waitFor('it is refused', 60_000, async () =>
      /not let texts out/.test(await lying.page.textContent('#message') ?? ''));
    await lying.page.focus('#typing');
    await lying.page.keyboard.type('7+6');
    await lying.page.keyboard.press('Enter');
    await lying.waitReads('13'); // nothing of the pastes stands before it
    assert.deepEqual([await passed(honest), await passed(lying)], [[], []]);
    await lying.close();
    await honest.close();
  });

  it('who may only view cannot tap, even with a page that lies', async () => {
    const controller = await (await world().viewer()).open((await world().link()).url);
    const watcher = await world().viewer();
    await lie(watcher);
    await watcher.open((await world().link({ control: false })).url);
    await controller.press(['AC', '7', '+']);
    await watcher.waitStill();
    await watcher.tap(world().calculator.key('5')); // 7 + 56 = 63, if it came through
    await watcher.page.waitForSelector('#message.shown');
    await watcher.waitHeard();
    await controller.press(['6', '=']);
    await controller.waitReads('13');
    await watcher.waitReads('13');
    // The log remembers it once.
    await watcher.tap(world().calculator.key('5'));
    await watcher.waitHeard();
    assert.equal((await refusals(watcher)).length, 1);
    assert.equal((await refusals(controller)).length, 0);
    await controller.close();
    await watcher.close();
  });

  it('who may only view is told so', async () => {
    const watcher = await (await world().viewer())
      .open((await world().link({ control: false })).url);
    assert.ok(await watcher.page.isVisible('#view-only'));
    assert.ok(await watcher.page.isDisabled('#tool-keyboard'));
    assert.match(await watcher.page.getAttribute('#tool-copy', 'title') ?? '', /not allow/);
    await watcher.page.click('#tool-copy', { force: true });
    assert.match(await watcher.page.textContent('#message') ?? '', /not let texts out/);
    await watcher.tap(world().calculator.key('5'));
    await waitFor('it says so', 60_000, async () =>
      (await watcher.page.textContent('#spoken'))?.startsWith('You can only view') === true);
    assert.equal((await refusals(watcher)).length, 0); // the page sends none
    await watcher.close();
  });

  it('two browsers watch one phone, and both may touch it', async () => {
    const link = await world().link();
    const one = await (await world().viewer()).open(link.url);
    const other = await (await world().viewer()).open(link.url);
    await one.press(SUM_12);
    await other.waitReads('12');
    await other.press(['AC', '7', '+', '6', '=']);
    await one.waitReads('13');
    await one.close();
    await other.close();
  });

  it('what is copied in the phone comes to this device on a press', async () => {
    const viewer = await (await world().viewer({
      permissions: ['clipboard-read', 'clipboard-write'],
    })).open((await world().link()).url);
    await viewer.press(SUM_12);
    await viewer.waitReads('12');
    await viewer.page.focus('#typing');
    const clipboard = async (): Promise<string> =>
      viewer.page.evaluate(() => navigator.clipboard.readText());
    await viewer.page.evaluate(() => navigator.clipboard.writeText('before'));
    await waitFor('the display is copied', 60_000, async () => {
      await viewer.page.keyboard.press('Control+c'); // the phone's program copies
      assert.ok(['before', '12'].includes(await clipboard()));
      await viewer.page.click('#tool-copy');
      await viewer.page.waitForSelector('#message.shown');
      return (await viewer.page.textContent('#message')) === 'Copied from the phone';
    });
    await waitFor('it is there', 60_000, async () => (await clipboard()) === '12');
    // Whoever copied can type on.
    assert.equal(await viewer.page.evaluate(() => document.activeElement?.id), 'typing');
    await waitFor('the log has its length', 60_000, async () =>
      /^2 bytes out(,2 bytes out)*$/.test((await passed(viewer)).join()));
    await viewer.close();
  });

  it('who may only view cannot copy, even with a page that lies', async () => {
    const watcher = await world().viewer({ permissions: ['clipboard-read', 'clipboard-write'] });
    await lie(watcher);
    await watcher.open((await world().link({ control: false })).url);
    await watcher.page.click('#tool-copy');
    await waitFor('it is refused', 60_000, async () =>
      /not let texts out/.test(await watcher.page.textContent('#message') ?? ''));
    await watcher.close();
  });

  it('each sees how many are watching', async () => {
    const link = await world().link();
    const one = await (await world().viewer()).open(link.url);
    const other = await (await world().viewer()).open(link.url);
    for (const viewer of [one, other]) {
      await waitFor('two are watching', 60_000, async () =>
        (await viewer.page.textContent('#bar-watchers')) === '2');
    }
    await other.close();
    await waitFor('one is watching', 60_000, async () =>
      (await one.page.textContent('#bar-watchers')) === '1');
    await one.close();
  });
});
