// What stands in the middle of the page when there is no phone to see.
import { mayBePassword, type FinalRefusal } from '../connection/admission';
import { pastedLink, type Link } from '../connection/link';
import { text } from '../text/language';
import type { TextKey } from '../text/english';
import { element, made } from './elements';

export type CardKind = FinalRefusal | 'no_decoder' | 'no_codec' | 'not_secure';

// Draws the card that is shown again, as after a change of language.
let redraw: (() => void) | undefined;

export function redrawCard(): void {
  redraw?.();
}

export function hideCard(): void {
  redraw = undefined;
  element('card', HTMLElement).hidden = true;
  element('app', HTMLElement).hidden = false;
}

export function showRefusal(kind: CardKind, values: Readonly<Record<string, string>> = {}): void {
  show(() => {
    const title = text(`${kind}_title`);
    return [title, [made('p', text(`${kind}_text`, values))]];
  });
}

// For those who open the page, or the installed app, without a link.
export function askForLink(onLink: (link: Link) => void): void {
  show(() => {
    const form = new CardForm('paste_label', 'paste_open', 'url');
    form.onSubmit = (value) => {
      const link = pastedLink(value);
      if (link === undefined) form.complain('paste_wrong');
      else onLink(link);
    };
    const words = [made('p', text('no_link_text')), made('p', text('no_link_reload'))];
    return [text('no_link_title'), [...words, form.form, form.problem]];
  });
}

export function askForPassword(wrong: boolean): Promise<string> {
  return new Promise((resolve) => {
    show(() => {
      const form = new CardForm('password_label', 'password_open', 'password');
      form.onSubmit = (value) => {
        if (!mayBePassword(value)) return form.complain('password_wrong');
        hideCard();
        resolve(value);
      };
      if (wrong) form.complain('password_wrong');
      return [text('password_title'), [made('p', text('password_text')), form.form, form.problem]];
    });
  });
}

class CardForm {
  readonly form = made('form');
  readonly problem = made('p', '', 'problem');
  onSubmit: (value: string) => void = () => undefined;
  private readonly input = made('input');

  constructor(label: TextKey, button: TextKey, type: 'url' | 'password') {
    this.problem.setAttribute('role', 'alert');
    this.input.type = type === 'url' ? 'text' : type;
    this.input.required = true;
    this.input.autocomplete = 'off';
    this.input.spellcheck = false;
    if (type === 'url') this.input.inputMode = 'url';
    const row = made('label', text(label));
    row.append(this.input);
    const submit = made('button', text(button));
    this.form.append(row, submit);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.onSubmit(this.input.value);
    });
  }
  complain(key: TextKey): void {
    this.problem.textContent = text(key);
    this.input.setAttribute('aria-invalid', 'true');
  }
}

function show(content: () => readonly [title: string, parts: readonly HTMLElement[]]): void {
  redraw = () => {
    const [title, parts] = content();
    const card = made('div', '', 'card');
    const icon = made('img');
    icon.src = 'icon.svg';
    icon.alt = '';
    card.append(icon, made('h1', title), ...parts);
    element('card', HTMLElement).replaceChildren(card);
    document.title = `${title} · Rookery`;
    card.querySelector('input')?.focus();
  };
  element('app', HTMLElement).hidden = true;
  element('card', HTMLElement).hidden = false;
  redraw();
}
