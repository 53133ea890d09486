// A word to the person, gone after a moment. Screen readers say it.
import { text } from '../text/language';
import type { TextKey } from '../text/english';
import { element } from './elements';

const SHOWN_MS = 4_000;
let hide = 0;

export function say(key: TextKey): void {
  const shown = element('message', HTMLElement);
  shown.textContent = text(key);
  shown.classList.add('shown');
  clearTimeout(hide);
  hide = window.setTimeout(() => {
    shown.classList.remove('shown');
    shown.textContent = '';
  }, SHOWN_MS);
}
