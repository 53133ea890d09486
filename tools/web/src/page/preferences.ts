// Language and appearance, the only two things that the page remembers.
import { languageOf, setLanguage, type Language } from '../text/language';
import { element } from './elements';

const LANGUAGES: readonly Language[] = ['en', 'zh-Hans'];
const APPEARANCES = ['system', 'light', 'dark'] as const;
type Appearance = (typeof APPEARANCES)[number];

export function initPreferences(onChange: () => void): void {
  const language = element('language', HTMLSelectElement);
  const appearance = element('appearance', HTMLSelectElement);
  const knownLanguage = LANGUAGES.find((known) => known === remembered('language'));
  language.value = knownLanguage ?? languageOf(navigator.languages);
  setLanguage(language.value as Language);
  appearance.value = APPEARANCES.find((known) => known === remembered('appearance')) ?? 'system';
  showAppearance(appearance.value as Appearance);

  language.addEventListener('change', () => {
    remember('language', language.value);
    setLanguage(language.value as Language);
    onChange();
  });
  appearance.addEventListener('change', () => {
    remember('appearance', appearance.value);
    showAppearance(appearance.value as Appearance);
  });
}

function showAppearance(appearance: Appearance): void {
  if (appearance === 'system') delete document.documentElement.dataset['appearance'];
  else document.documentElement.dataset['appearance'] = appearance;
}

// Browsers may forbid it; then nothing is remembered.
function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return;
  }
}
