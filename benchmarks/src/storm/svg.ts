type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Two places are finer than any screen; no more, and the same on every machine. */
const write = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value);

/** An element with what it holds: elements already written. */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${write(value)}"`);
  const tag = `${name}${written.join('')}`;
  return content.length === 0 ? `<${tag}/>` : `<${tag}>${content.join('')}</${name}>`;
}

/** An element that holds text alone. */
export function text(name: string, attributes: Attributes, content: string): string {
  return element(name, attributes, [escaped(content)]);
}
