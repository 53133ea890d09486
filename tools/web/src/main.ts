// The page's begin: which language, whether this browser can, which link.
import { takeLink, type Link } from './connection/link';
import { askForLink, redrawCard, showRefusal } from './page/card';
import { element } from './page/elements';
import { PhoneView } from './page/phone_view';
import { initPreferences } from './page/preferences';
import { browserDecodes } from './stream/decoder';

function begin(): void {
  element('fallback', HTMLElement).remove();
  const link = takeLink();
  let view: PhoneView | undefined;
  initPreferences(() => {
    view?.refresh();
    redrawCard();
  });
  if (!browserDecodes()) return showRefusal(isSecureContext ? 'no_decoder' : 'not_secure');

  const open = (opened: Link): void => {
    view ??= new PhoneView();
    view.open(opened);
  };
  if (link === undefined) askForLink(open);
  else open(link);
  // Another link in the same tab changes only the fragment.
  addEventListener('hashchange', () => {
    const next = takeLink();
    if (next !== undefined) open(next);
  });
}

begin();
