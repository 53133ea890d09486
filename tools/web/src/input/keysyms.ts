// Keys of the browser (UI Events, KeyboardEvent.key) as X11 keysyms (X.Org keysymdef.h).

const NAMED: Readonly<Record<string, number>> = {
  Backspace: 0xff08, Tab: 0xff09, Enter: 0xff0d, Pause: 0xff13, Escape: 0xff1b, Home: 0xff50,
  ArrowLeft: 0xff51, ArrowUp: 0xff52, ArrowRight: 0xff53, ArrowDown: 0xff54, PageUp: 0xff55,
  PageDown: 0xff56, End: 0xff57, PrintScreen: 0xff61, Insert: 0xff63, ContextMenu: 0xff67,
  Delete: 0xffff, BrowserBack: 0x1008ff26, GoBack: 0x1008ff26, AudioVolumeDown: 0x1008ff11,
  AudioVolumeUp: 0x1008ff13,
};
const UNICODE = 0x0100_0000;

export const SHIFT = 0xffe1;
export const CONTROL = 0xffe3;
export const ALT = 0xffe9;
export const SUPER = 0xffeb;

// A key that makes no text. 0 for one that guests do not know.
export function keysymOfNamedKey(key: string): number {
  const function_ = /^F([1-9]|1[0-2])$/.exec(key);
  if (function_ !== null) return 0xffbd + Number(function_[1]);
  return Object.hasOwn(NAMED, key) ? (NAMED[key] ?? 0) : 0;
}

// A key that makes text by itself; 0 for any other.
export function keysymOfCharacter(key: string): number {
  const characters = [...key];
  const code = characters[0]?.codePointAt(0) ?? 0;
  if (characters.length !== 1 || code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  // Latin-1 symbols are their own characters.
  return code < 0x100 ? code : UNICODE + code;
}
