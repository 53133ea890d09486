// Debian's Chromium without a window.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PROGRAM = process.env['ROOKERY_CHROMIUM'] ?? '/usr/bin/chromium';
// As root in a container there is no other sandbox; and no service of the browser's own is asked.
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(PROGRAM)) throw new Error(`no ${PROGRAM}: install the package chromium`);
  return chromium.launch({ executablePath: PROGRAM, args: FLAGS });
}
