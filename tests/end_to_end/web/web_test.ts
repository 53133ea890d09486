// The page in a real browser, against a real rookeryd and a real phone.
import { readFileSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import { linkTests } from './links';
import { pageTests } from './page_itself';
import { recoveryTests } from './recovery';
import { watchingTests } from './watching';
import { World } from './world';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this by tools/web/test.mjs`);
  return value;
}

describe('the phone page', () => {
  let world: World;
  before(async () => {
    world = await World.make(setting('ROOKERY_TESTS'), setting('ROOKERY_BIN'));
  });
  after(() => world.close());

  watchingTests(() => world);
  linkTests(() => world);
  pageTests(() => world, readFileSync(setting('ROOKERY_BROWSER_CHECK'), 'utf8'));
  // Last: after it nothing is as it was.
  recoveryTests(() => world);
});
