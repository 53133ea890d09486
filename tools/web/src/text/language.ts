// Which language the page speaks, and how it fills the elements that carry a text's key.
import { chinese } from './chinese';
import { english, type TextKey } from './english';

export type Language = 'en' | 'zh-Hans';

const TABLES: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = {
  en: english,
  'zh-Hans': chinese,
};

let current: Language = 'en';

export function language(): Language {
  return current;
}

// The first language of the browser's that the page speaks.
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh\b/i.test(tag)) return 'zh-Hans';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}

// Also rewrites what stands on the page: [data-text] and [data-label].
export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  fillTexts(document);
}

export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  const value = (_: string, name: string): string => String(values[name] ?? '');
  return TABLES[current][key].replace(/\{(\w+)\}/g, value);
}

export function fillTexts(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = text(element.dataset['text'] as TextKey);
  }
  for (const element of root.querySelectorAll<HTMLElement>('[data-label]')) {
    label(element, text(element.dataset['label'] as TextKey));
  }
}

// For those who hear the page and for those who point.
export function label(element: HTMLElement, words: string): void {
  if (element.getAttribute('aria-label') === words) return;
  element.setAttribute('aria-label', words);
  element.title = words;
}
