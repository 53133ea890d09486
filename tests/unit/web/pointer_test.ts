import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PointerInput } from '../../../tools/web/src/input/pointer_input';
import type { Screen } from '../../../tools/web/src/screen/screen';

// What a browser says of a pointer, as far as it is read.
class Pointer extends Event {
  readonly pointerType = 'touch';
  readonly button = 0;
  readonly buttons = 1;
  // What browsers do not agree on.
  readonly movementX = 1000;
  readonly movementY = 1000;
  constructor(type: string, readonly pointerId: number, readonly clientX: number,
              readonly clientY: number) {
    super(type);
  }
}

describe('moving the picture', () => {
  Object.assign(globalThis, { addEventListener: () => undefined });

  it('follows each pointer by where it is', () => {
    const canvas = Object.assign(new EventTarget(), {
      classList: { toggle: () => true }, setPointerCapture: () => undefined,
    });
    const pans: (readonly [number, number])[] = [];
    const screen = {
      canvas, pixelUnder: () => ({ x: 0, y: 0 }),
      pan: (dx: number, dy: number) => pans.push([dx, dy]),
    };
    const pointer = new PointerInput(screen as unknown as Screen,
                                     () => assert.fail('the phone is not touched'),
                                     () => undefined);
    pointer.setPanning(true);
    const happen = (...event: ConstructorParameters<typeof Pointer>): boolean =>
      canvas.dispatchEvent(new Pointer(...event));
    happen('pointerdown', 1, 100, 100);
    happen('pointermove', 1, 110, 95);
    happen('pointermove', 2, 500, 500); // was not pressed here
    happen('pointermove', 1, 115, 95);
    happen('pointerup', 1, 115, 95);
    happen('pointermove', 1, 300, 300);
    assert.deepEqual(pans, [[10, -5], [5, 0]]);
  });
});
