// What all tests here share: a node with a phone, a calculator to compare with, a browser.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { Calculator } from './calculator';
import { RookerydNode, type Json } from './rookeryd_node';
import { Viewer } from './viewer';

const CHROMIUM = process.env['ROOKERY_CHROMIUM'] ?? '/usr/bin/chromium';
// As root in a container there is no other sandbox; and no service of the browser's own is asked.
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export class World {
  private constructor(private readonly folder: string, readonly tests: string,
                      readonly node: RookerydNode, readonly calculator: Calculator,
                      readonly browser: Browser) {}

  static async make(tests: string, bin: string): Promise<World> {
    if (!existsSync(CHROMIUM)) throw new Error(`no ${CHROMIUM}: install the package chromium`);
    const folder = mkdtempSync(join(tmpdir(), 'rookery-web-'));
    const calculator = new Calculator(tests, folder, { 12: '7+5=', 13: '7+6=' });
    const node = new RookerydNode(folder, bin);
    await node.start();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
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
    return Viewer.in(context, this.calculator);
  }
  async link(terms: Json = {}): Promise<{ id: string; url: string }> {
    return this.node.makeLink({ control: true, single_use: false, lifetime_s: 3600, ...terms });
  }
}
