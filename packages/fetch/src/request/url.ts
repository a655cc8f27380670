/** Returns the URL that `fetch` makes of `text`, or `undefined` if `text` is neither an absolute nor a relative URL. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // The base of a relative URL is the page, or a host that only the user's own `fetch` knows. The last base below
    // stands for such a host.
    const page = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
    const bases = [page.document?.baseURI, page.location?.href, 'http://relative.invalid'];
    const base = bases.find((base) => URL.canParse(text, base));
    return base === undefined ? undefined : new URL(text, base);
  }
}
