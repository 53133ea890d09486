// The page in Firefox as Debian packages it (firefox-esr), where it is installed: another engine,
// another decoder, another canvas.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as playwright from 'playwright-core';
import type { BrowserType } from 'playwright-core';
import { world } from './world';

const PROGRAM = process.env['ROOKERY_FIREFOX'] ?? '/usr/bin/firefox-esr';
const skip = existsSync(PROGRAM) ? false : `no ${PROGRAM}`;
// Speaks WebDriver BiDi, as unchanged Firefox does. playwright-core shows it under this name only.
const { _bidiFirefox: firefox } = playwright as unknown as { _bidiFirefox: BrowserType };

describe('in Firefox', { skip }, () => {
  it('a link opens the phone; 7 + 5 = taps to 12', async () => {
    const browser = await firefox.launch({ executablePath: PROGRAM });
    try {
      const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
      const viewer = await (await world().viewerIn(context)).open((await world().link()).url);
      await viewer.press(['AC', '7', '+', '5', '=']);
      await viewer.waitReads('12');
      assert.equal(await viewer.page.textContent('#state'), 'Live');
      await viewer.close();
    } finally {
      await browser.close();
    }
  });
});
