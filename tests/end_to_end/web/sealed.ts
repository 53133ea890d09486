// End to end: what somebody in between sees and can do, who ends the TLS and reads every byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Between } from './between';
import { waitFor } from './wait_for';
import { world } from './world';

const PASSWORD = 'let me in';

function partsOf(url: string): readonly [id: string, secret: string, server: string] {
  const [id = '', secret = '', server = ''] = new URL(url).hash.slice(1).split('.');
  assert.deepEqual([secret.length, server.length], [43, 22]);
  return [id, secret, server];
}

describe('sealed end to end', () => {
  it('who reads all traffic has no secret, no key, no password and no words', async () => {
    const between = await Between.before(world().node.address);
    const viewer = await world().viewer();
    const { url } = await world().link({ password: PASSWORD });
    await viewer.page.goto(between.through(url));
    assert.equal(await viewer.waitCard(), 'Password');
    await viewer.page.keyboard.type(PASSWORD);
    await viewer.page.keyboard.press('Enter');
    await viewer.waitLive();
    await viewer.page.focus('#typing');
    await viewer.page.keyboard.type('zebra crossing');
    await viewer.waitHeard();
    await viewer.page.reload();
    await viewer.waitCard();
    const [id, secret] = partsOf(url);
    assert.ok(between.seen.includes(`/v1/links/${id}/open`) && between.seen.includes('"proof"'));
    assert.ok(between.seen.length > 50_000, 'the stream went by this way');
    const raw = Buffer.from(secret, 'base64url').toString('latin1');
    for (const word of [secret, raw, PASSWORD, 'zebra', 'ticket_key']) {
      assert.ok(!between.seen.includes(word), `${word} was seen`);
    }
    await viewer.close();
    between.close();
  });

  it('who puts another host in place of the link\'s is found out', async () => {
    const key = Buffer.alloc(32, 9).toString('base64url');
    let changed = 0;
    const between = await Between.before(world().node.address, (answer) => {
      if (!('ticket' in answer)) return answer;
      ++changed;
      return { ...answer, ticket: { ...(answer['ticket'] as object), server_public_key: key } };
    });
    const viewer = await world().viewer();
    const { url } = await world().link();
    const words = await viewer.outcome(between.through(url));
    assert.equal(words, 'This is not the server of the link');
    assert.ok(((await viewer.page.textContent('#card')) ?? '').includes('another network'));
    assert.equal(changed, 1);
    // A link of the older form says nothing of the server; its secret still keeps others out.
    const old = await world().viewer();
    const [, , server] = partsOf(url);
    let knocks = 0;
    old.page.on('websocket', (socket) => socket.on('framesent', () => ++knocks));
    await old.page.goto(between.through(url.replace(`.${server}`, '')));
    await waitFor('it knocks in vain', 60_000, async () => knocks > 5);
    assert.ok(!(await old.page.isVisible('#state.live')));
    await old.close();
    await viewer.close();
    between.close();
  });

  it('both ends show the same fingerprints', async () => {
    const { node } = world();
    const link = await world().link();
    const viewer = await (await world().viewer()).open(link.url);
    await viewer.page.click('#figures-button');
    const shown = (row: string): Promise<string | null> =>
      viewer.page.textContent(`dt[data-row=${row}] + dd`);
    const { fingerprint } = await node.call('GET', `/v1/sessions/${viewer.session}`);
    const { server_fingerprint: server } = await node.call('GET', `/v1/links/${link.id}`);
    assert.match(String(fingerprint), /^[0-9a-f]{4}( [0-9a-f]{4}){3}$/);
    assert.deepEqual([await shown('fingerprint'), await shown('server_fingerprint')],
                     [fingerprint, server]);
    await viewer.close();
  });

  it('a link of the older form still opens', async () => {
    const { url } = await world().link();
    const [, , server] = partsOf(url);
    const viewer = await (await world().viewer()).open(url.replace(`.${server}`, ''));
    await viewer.close();
  });
});
