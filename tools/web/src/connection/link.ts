// The link that brought somebody here: its id, its secret and which server it is of stand in the
// address's fragment, which browsers never send anywhere.

export interface Link {
  readonly id: string;
  readonly secret: string;
  // The hash of the key that signs hosts' keys. Empty: a link of the older form, which rests on its
  // secret alone.
  readonly server: string;
}

// "#ID.SECRET.SERVER", or "#ID.SECRET" of old. Nothing for anything else.
export function readLink(fragment: string): Link | undefined {
  const form = /^#([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{16,64})(?:\.([A-Za-z0-9_-]{22}))?$/;
  const match = form.exec(fragment);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { id: match[1], secret: match[2], server: match[3] ?? '' }
    : undefined;
}

// Reads it and takes it out of the address, which others see and copy. The browser's own list of
// visited addresses keeps it: no page can change that.
export function takeLink(): Link | undefined {
  const link = readLink(location.hash);
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  return link;
}

// A link as people paste it: the whole address, or its fragment only.
export function pastedLink(text: string): Link | undefined {
  const at = text.indexOf('#');
  return at < 0 ? undefined : readLink(text.slice(at).trim());
}
