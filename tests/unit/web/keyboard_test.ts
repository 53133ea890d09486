import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyboardInput } from '../../../tools/web/src/input/keyboard_input';
import { CONTROL } from '../../../tools/web/src/input/keysyms';
import type { InputEvent } from '../../../tools/web/src/wire/inputs';

// What a browser says of a key, as far as it is read.
class KeyEvent extends Event {
  readonly keyCode = 0;
  readonly isComposing = false;
  readonly altKey = false;
  readonly shiftKey = false;
  constructor(type: string, readonly code: string, readonly key: string,
              readonly metaKey: boolean, readonly ctrlKey = false) {
    super(type);
  }
  getModifierState(): boolean {
    return false;
  }
}

function heldAfter(...events: readonly Event[]): readonly number[] {
  const field = Object.assign(new EventTarget(), { value: '' });
  const held = new Set<number>();
  new KeyboardInput(field as unknown as HTMLTextAreaElement, {
    send: (event: InputEvent) => {
      if (event.kind !== 'key') return;
      if (event.down) held.add(event.keysym);
      else held.delete(event.keysym);
    },
    leave: () => undefined,
    onComposing: () => undefined,
    mayPaste: () => true,
  });
  for (const event of events) field.dispatchEvent(event);
  return [...held];
}

describe('keyboard', () => {
  Object.defineProperty(globalThis, 'navigator', { value: { platform: 'MacIntel' } });

  it('leaves nothing down when a Mac does not say that the letter went up', () => {
    const down = new KeyEvent('keydown', 'KeyC', 'c', true);
    const commandUp = new KeyEvent('keyup', 'MetaLeft', 'Meta', false);
    assert.deepEqual(heldAfter(down, commandUp), []);
  });
  it('holds a combination until the letter goes up', () => {
    const down = new KeyEvent('keydown', 'KeyC', 'c', false, true);
    assert.deepEqual(heldAfter(down), [CONTROL, 'c'.codePointAt(0)]);
    assert.deepEqual(heldAfter(down, new KeyEvent('keyup', 'KeyC', 'c', false, true)), []);
  });
});
