/** Returns the URL that `fetch` will read `text` as, or `undefined` if it is not even a relative one. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // A relative URL belongs to the page, or to a host that only the user's own `fetch` knows.
    const page = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
    const bases = [page.document?.baseURI, page.location?.href, 'http://relative.invalid'];
    const base = bases.find((base) => base !== undefined && URL.canParse(text, base));
    return base === undefined ? undefined : new URL(text, base);
  }
}
