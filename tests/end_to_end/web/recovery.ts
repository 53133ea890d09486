// What breaks, and mends itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { world, type World } from './world';

describe('recovery', () => {
  it('goes on by itself after kill -9 of the server: same session, nothing doubled', async () => {
    const { node } = world();
    const viewer = await (await world().viewer()).open((await world().link()).url);
    await viewer.press(['AC', '7']);
    const before = await connectedSessions(world());
    await node.kill();
    await viewer.page.waitForSelector('#state:not(.live)', { timeout: 60_000 });
    await node.start();
    await viewer.waitLive();
    await viewer.press(['+', '6', '=']);
    await viewer.waitReads('13');
    assert.deepEqual(await connectedSessions(world()), before);
    await viewer.close();
  });
});

async function connectedSessions(world: World): Promise<string[]> {
  const answer = await world.node.call('GET', '/v1/sessions');
  const items = answer['items'] as { id: string; phase: string }[];
  return items.filter(({ phase }) => phase === 'connected').map(({ id }) => id).sort();
}
