// The phone's calculator: where its keys are, and what its display looks like for a sum, from a
// calculator that no stream ever touched (tools/local_calculator.py).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Point } from '../../../tools/web/src/wire/inputs';

interface Layout {
  readonly open: readonly string[];
  readonly display: readonly [number, number, number, number];
  readonly keys: Readonly<Record<string, readonly [number, number]>>;
}

// As tools/picture.py and tools/smoke: brightness of 255, and pixels of the display.
const DIFFERENT_FROM = 64;
const SAME_PIXELS_MAX = 30;
const OTHER_PIXELS_MIN = 90;

export class Calculator {
  readonly display: Layout['display'];
  private readonly layout: Layout;
  private readonly references: ReadonlyMap<string, Uint8Array>;

  // The sums whose displays can be told apart: what they show, and the keys.
  constructor(tests: string, folder: string, sums: Readonly<Record<string, string>>) {
    const file = join(tests, 'end_to_end', 'calculator.json');
    this.layout = JSON.parse(readFileSync(file, 'utf8')) as Layout;
    this.display = this.layout.display;
    const script = join(tests, 'end_to_end', 'web', 'reference_displays.py');
    const words = Object.entries(sums).map(([total, keys]) => `${total}=${keys}`);
    const printed = execFileSync('python3', ['-B', script, folder, ...words], { encoding: 'utf8' });
    const shown = JSON.parse(printed) as Record<string, string>;
    this.references = new Map(Object.entries(shown).map(([total, grey]) =>
      [total, new Uint8Array(Buffer.from(grey, 'base64'))]));
    const apart = Object.keys(sums).map((total) => this.differences(this.references.get(total)));
    apart.forEach((differences) => assert.equal(this.read(differences) === undefined, false));
  }

  key(name: string): Point {
    const [x, y] = this.layout.keys[name] ?? assert.fail(`no key ${name}`);
    return { x, y };
  }
  // Where to tap on the phone's first screen.
  opener(): Point {
    const [, x, y] = /^tap (\d+) (\d+)$/.exec(this.layout.open[0] ?? '') ?? [];
    return { x: Number(x), y: Number(y) };
  }
  // Which sum the display's brightness shows; nothing when it is none, or not surely one.
  reads(grey: Uint8Array): string | undefined {
    return this.read(this.differences(grey));
  }

  private differences(grey: Uint8Array | undefined): ReadonlyMap<string, number> {
    assert.ok(grey !== undefined);
    return new Map([...this.references].map(([total, reference]) => {
      assert.equal(grey.length, reference.length);
      const differs = (pixel: number, i: number): boolean =>
        Math.abs(pixel - (grey[i] ?? 0)) > DIFFERENT_FROM;
      return [total, reference.reduce((sum, pixel, i) => sum + (differs(pixel, i) ? 1 : 0), 0)];
    }));
  }
  private read(differences: ReadonlyMap<string, number>): string | undefined {
    const same = [...differences].filter(([, pixels]) => pixels <= SAME_PIXELS_MAX);
    const others = [...differences].filter(([, pixels]) => pixels > SAME_PIXELS_MAX);
    const sure = same.length === 1 && others.every(([, pixels]) => pixels >= OTHER_PIXELS_MIN);
    return sure ? same[0]?.[0] : undefined;
  }
}
