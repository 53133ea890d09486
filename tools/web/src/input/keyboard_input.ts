// What is typed, with every layout and input method: the browser makes the text in a field that
// nobody sees, and keys that make none are sent as keys.
import type { InputEvent } from '../wire/inputs';
import { ALT, CONTROL, keysymOfCharacter, keysymOfNamedKey, SHIFT, SUPER } from './keysyms';
import { pasteable, textChunks } from './text_chunks';

export interface KeyboardCallbacks {
  readonly send: (event: InputEvent) => void;
  // F6: the keyboard's way out of the phone.
  readonly leave: () => void;
  // What an input method has composed so far; empty when it is done.
  readonly onComposing: (text: string) => void;
  // Pasted, but not all of it; or nothing of it, as that is not allowed.
  readonly onCut: (taken: number, total: number) => void;
  readonly onPasteRefused: () => void;
  readonly mayPaste: () => boolean;
}

// Keyboards on glass say nothing of a deletion when there is nothing to delete.
const FILLER = '\u200b';
// By InputEvent.inputType (Input Events, section 4.1).
// The presses that do the same in the phone, each with what is held meanwhile.
const BACKSPACE = keysymOfNamedKey('Backspace');
const DELETE = keysymOfNamedKey('Delete');
const ENTER = keysymOfNamedKey('Enter');
const TO_LINE_START = [[SHIFT, keysymOfNamedKey('Home')], [BACKSPACE]];
const PRESSES_OF_CHANGE: Readonly<Record<string, readonly (readonly number[])[]>> = {
  deleteContentBackward: [[BACKSPACE]],
  deleteContentForward: [[DELETE]],
  deleteWordBackward: [[CONTROL, BACKSPACE]],
  deleteWordForward: [[CONTROL, DELETE]],
  deleteSoftLineBackward: TO_LINE_START,
  deleteHardLineBackward: TO_LINE_START,
  insertLineBreak: [[ENTER]],
  insertParagraph: [[ENTER]],
};

export class KeyboardInput {
  // By KeyboardEvent.code, as one key may have had another meaning when it went down.
  private readonly down = new Map<string, readonly number[]>();

  constructor(private readonly field: HTMLTextAreaElement,
              private readonly callbacks: KeyboardCallbacks) {
    field.addEventListener('keydown', (event) => this.press(event));
    field.addEventListener('keyup', (event) => this.release(event.code));
    field.addEventListener('beforeinput', (event) => this.beforeInput(event));
    field.addEventListener('input', (event) => this.input(event as InputEvent_));
    field.addEventListener('compositionupdate', ({ data }) => callbacks.onComposing(data));
    field.addEventListener('compositionend', () => {
      callbacks.onComposing('');
      this.takeText();
    });
    field.addEventListener('paste', (event) => this.paste(event));
    field.addEventListener('blur', () => this.releaseAll());
    field.value = FILLER;
  }

  sendText(text: string): void {
    for (const chunk of textChunks(text)) this.callbacks.send({ kind: 'text', text: chunk });
  }
  // A key of the phone's own, such as back; or one with others held.
  tap(...keysyms: readonly number[]): void {
    for (const each of keysyms) this.key(each, true);
    for (const each of [...keysyms].reverse()) this.key(each, false);
  }

  private press(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return; // the input method's
    if (event.key === 'F6') {
      event.preventDefault();
      return this.callbacks.leave();
    }
    const named = keysymOfNamedKey(event.key);
    const command = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph');
    const alone = event.altKey && !event.getModifierState('AltGraph') && !isMac();
    if (command && event.key.toLowerCase() === 'v') {
      if (event.repeat) event.preventDefault(); // held: that is one paste
      return; // comes as a paste
    }
    const keysym = named || (command || alone ? keysymOfCharacter(event.key) : 0);
    if (keysym === 0) return; // comes as text
    event.preventDefault();
    this.release(event.code);
    // Modifiers go with the key they are for: alone they would change text that follows.
    const held = [
      ...(event.ctrlKey ? [CONTROL] : []),
      ...(event.altKey ? [ALT] : []),
      ...(event.metaKey ? [isMac() ? CONTROL : SUPER] : []),
      ...(event.shiftKey ? [SHIFT] : []),
      keysym,
    ];
    for (const each of held) this.key(each, true);
    this.down.set(event.code, held);
    // A Mac never says that a letter went up while the command key is down.
    if (event.metaKey) this.release(event.code);
  }
  private release(code: string): void {
    const held = this.down.get(code);
    if (held === undefined) return;
    this.down.delete(code);
    for (const each of [...held].reverse()) this.key(each, false);
  }
  private releaseAll(): void {
    for (const code of [...this.down.keys()]) this.release(code);
    this.field.value = FILLER;
  }

  // Keyboards on glass report no keys, only what they would change.
  private beforeInput(event: InputEvent_): void {
    const presses = PRESSES_OF_CHANGE[event.inputType];
    if (presses === undefined || event.isComposing || !event.cancelable) return;
    event.preventDefault();
    for (const keysyms of presses) this.tap(...keysyms);
  }
  private input(event: InputEvent_): void {
    // While an input method composes, the field is its own.
    if (event.isComposing) return;
    for (const keysyms of PRESSES_OF_CHANGE[event.inputType] ?? []) this.tap(...keysyms);
    this.takeText();
  }
  private takeText(): void {
    const text = this.field.value.replaceAll(FILLER, '');
    this.field.value = FILLER;
    this.sendText(text);
  }
  private paste(event: ClipboardEvent): void {
    event.preventDefault();
    if (!this.callbacks.mayPaste()) return this.callbacks.onPasteRefused();
    const { text, taken, total } = pasteable(event.clipboardData?.getData('text/plain') ?? '');
    const chunks = textChunks(text);
    chunks.forEach((chunk, i) =>
      this.callbacks.send({ kind: 'paste', text: chunk, last: i + 1 === chunks.length }));
    if (taken < total) this.callbacks.onCut(taken, total);
  }
  private key(keysym: number, down: boolean): void {
    this.callbacks.send({ kind: 'key', keysym, down });
  }
}

// The browser's event of that name; ours is imported.
type InputEvent_ = globalThis.InputEvent;

// There the command key makes the combinations that elsewhere need Control.
function isMac(): boolean {
  return /^(Mac|iP)/.test(navigator.platform);
}
