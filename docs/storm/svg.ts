/** Colours of a figure, which stands on the background of its page. The colour-blind can tell `load` from `success`. */
export interface Theme {
  readonly id: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly outage: string;
  readonly load: string;
  readonly success: string;
  readonly wasted: string;
}

export const THEMES: readonly Theme[] = [
  {
    id: 'light',
    ink: '#1f2328',
    faint: '#59636e',
    grid: '#d1d9e0',
    outage: '#eaeef2',
    load: '#d55e00',
    success: '#0072b2',
    wasted: '#a8b1bb',
  },
  {
    id: 'dark',
    ink: '#f0f6fc',
    faint: '#9ea7b3',
    grid: '#3d444d',
    outage: '#2a313a',
    load: '#f0883e',
    success: '#56b4e9',
    wasted: '#6e7681',
  },
];

type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Two decimal places are finer than any screen, and are the same on every machine. */
const write = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value);

/** Writes an element that holds other elements. */
export function element(name: string, attributes: Attributes, content: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${write(value)}"`);
  const tag = `${name}${written.join('')}`;
  return content.length === 0 ? `<${tag}/>` : `<${tag}>${content.join('')}</${name}>`;
}

/** Writes an element that holds only text. */
export function text(name: string, attributes: Attributes, content: string): string {
  return element(name, attributes, [escaped(content)]);
}
