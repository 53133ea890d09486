// The link that brought somebody here: its id and secret stand in the address's fragment, which
// browsers never send anywhere.

export interface Link {
  readonly id: string;
  readonly secret: string;
}

// "#ID.SECRET". Nothing for anything else.
export function readLink(fragment: string): Link | undefined {
  const match = /^#([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,128})$/.exec(fragment);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { id: match[1], secret: match[2] }
    : undefined;
}

// Reads it and takes it out of the address and the history, so that neither keeps the secret.
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
