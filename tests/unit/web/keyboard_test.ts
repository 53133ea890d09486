import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyboardInput } from '../../../tools/web/src/input/keyboard_input';
import { CONTROL, keysymOfNamedKey, SHIFT } from '../../../tools/web/src/input/keysyms';
import type { InputEvent } from '../../../tools/web/src/wire/inputs';

// What a browser says of a key, as far as it is read.
class KeyEvent extends Event {
  readonly keyCode = 0;
  readonly isComposing = false;
  readonly altKey = false;
  readonly shiftKey = false;
  constructor(type: string, readonly code: string, readonly key: string,
              readonly metaKey: boolean, readonly ctrlKey = false, readonly repeat = false) {
    super(type, { cancelable: true });
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
    onCut: () => undefined,
    onPasteRefused: () => undefined,
    mayPaste: () => true,
  });
  for (const event of events) field.dispatchEvent(event);
  return [...held];
}

class PasteEvent extends Event {
  readonly clipboardData = { getData: (): string => this.text };
  constructor(private readonly text: string) {
    super('paste', { cancelable: true });
  }
}

// What a paste of this text sends, and what is said of it.
function pasted(text: string, mayPaste = true): { sent: InputEvent[]; said: string[] } {
  const field = Object.assign(new EventTarget(), { value: '' });
  const sent: InputEvent[] = [];
  const said: string[] = [];
  new KeyboardInput(field as unknown as HTMLTextAreaElement, {
    send: (event: InputEvent) => sent.push(event),
    leave: () => undefined,
    onComposing: () => undefined,
    onCut: (taken, total) => said.push(`${taken} of ${total}`),
    onPasteRefused: () => said.push('refused'),
    mayPaste: () => mayPaste,
  });
  field.dispatchEvent(new PasteEvent(text));
  return { sent, said };
}

describe('pasting', () => {
  const textOf = (sent: readonly InputEvent[]): string =>
    sent.map((event) => (event.kind === 'paste' ? event.text : '!')).join('');

  it('sends all of it in pieces, of which the last is marked', () => {
    const text = 'aé字😀\n'.repeat(1_000);
    const { sent, said } = pasted(text);
    assert.equal(textOf(sent), text);
    assert.ok(sent.length > 20);
    assert.deepEqual(sent.map((event) => event.kind === 'paste' && event.last),
                     sent.map((_, i) => i + 1 === sent.length));
    assert.deepEqual(said, []);
  });
  it('says how much was taken of what is too long, and cuts no character', () => {
    const { sent, said } = pasted('😀'.repeat(20_005));
    assert.equal(textOf(sent), '😀'.repeat(20_000));
    assert.deepEqual(said, ['20000 of 20005']);
  });
  it('says so when the link does not allow it', () => {
    assert.deepEqual(pasted('secret', false), { sent: [], said: ['refused'] });
    assert.deepEqual(pasted(''), { sent: [], said: [] });
  });
  it('is done once however long its keys are held', () => {
    for (const repeat of [false, true]) {
      const press = new KeyEvent('keydown', 'KeyV', 'v', false, true, repeat);
      heldAfter(press);
      assert.equal(press.defaultPrevented, repeat); // else the browser pastes
    }
  });
});

describe('a keyboard on glass', () => {
  class ChangeEvent extends Event {
    readonly isComposing = false;
    constructor(readonly inputType: string) {
      super('beforeinput', { cancelable: true });
    }
  }
  const pressed = (inputType: string): string[] => {
    const field = Object.assign(new EventTarget(), { value: '' });
    const keys: string[] = [];
    new KeyboardInput(field as unknown as HTMLTextAreaElement, {
      send: (event) => {
        if (event.kind === 'key') keys.push(`${event.keysym} ${event.down ? 'down' : 'up'}`);
      },
      leave: () => undefined,
      onComposing: () => undefined,
      onCut: () => undefined,
      onPasteRefused: () => undefined,
      mayPaste: () => true,
    });
    field.dispatchEvent(new ChangeEvent(inputType));
    return keys;
  };
  const taps = (...keysyms: readonly number[]): string[] => [
    ...keysyms.map((keysym) => `${keysym} down`),
    ...[...keysyms].reverse().map((keysym) => `${keysym} up`),
  ];
  const backspace = keysymOfNamedKey('Backspace');

  it('deletes characters, words and lines', () => {
    assert.deepEqual(pressed('deleteContentBackward'), taps(backspace));
    assert.deepEqual(pressed('deleteWordBackward'), taps(CONTROL, backspace));
    assert.deepEqual(pressed('deleteSoftLineBackward'),
                     [...taps(SHIFT, keysymOfNamedKey('Home')), ...taps(backspace)]);
    assert.deepEqual(pressed('insertText'), []);
  });
});

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
