// A word to the person, gone after a moment. Screen readers say it: from an element that is always
// there, as one that was hidden until now is not heard.
import { text } from '../text/language';
import type { TextKey } from '../text/english';
import { element } from './elements';

const SHOWN_MS = 4_000;
let hide = 0;

export function say(key: TextKey, values?: Readonly<Record<string, string | number>>): void {
  const shown = element('message', HTMLElement);
  const words = text(key, values);
  shown.textContent = words;
  element('spoken', HTMLElement).textContent = words;
  shown.classList.add('shown');
  clearTimeout(hide);
  hide = window.setTimeout(() => {
    shown.classList.remove('shown');
    shown.textContent = '';
    element('spoken', HTMLElement).textContent = '';
  }, SHOWN_MS);
}
