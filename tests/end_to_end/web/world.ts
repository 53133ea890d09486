// What all tests here share: a node with a phone, a calculator to compare with, a browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { Calculator } from './calculator';
import { launchChromium } from './chromium';
import { RookerydNode, type Json } from './rookeryd_node';
import { Viewer } from './viewer';

export class World {
  private constructor(private readonly folder: string, readonly tests: string,
                      readonly node: RookerydNode, readonly calculator: Calculator,
                      readonly browser: Browser) {}

  static async make(tests: string, bin: string): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'rookery-web-'));
    const calculator = new Calculator(tests, folder, { 12: '7+5=', 13: '7+6=' });
    const node = new RookerydNode(folder, bin);
    await node.start();
    const browser = await launchChromium();
    const world = new World(folder, tests, node, calculator, browser);
    await node.makePhone();
    return world;
  }
  async close(): Promise<void> {
    await this.browser.close();
    await this.node.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // A person with a browser of their own.
  async viewer(options: BrowserContextOptions = {}): Promise<Viewer> {
    const context = await this.browser.newContext({
      viewport: { width: 1000, height: 800 }, ...options,
    });
    return this.viewerIn(context);
  }
  async viewerIn(context: BrowserContext): Promise<Viewer> {
    return Viewer.in(context, this.calculator);
  }
  async link(terms: Json = {}): Promise<{ id: string; url: string }> {
    return this.node.makeLink({ control: true, single_use: false, lifetime_s: 3600, ...terms });
  }
}

let shared: World | undefined;

export function world(): World {
  if (shared === undefined) throw new Error('the tests run before their world is made');
  return shared;
}
export async function makeWorld(): Promise<void> {
  shared = await World.make(setting('ROOKERY_TESTS'), setting('ROOKERY_BIN'));
}
export async function closeWorld(): Promise<void> {
  await shared?.close();
}

// What tools/web/test.mjs tells.
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this by tools/web/test.mjs`);
  return value;
}
