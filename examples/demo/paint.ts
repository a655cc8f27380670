import { styleText } from 'node:util';

/** Styles that can be read on dark and on light terminals alike. */
export type Style = 'bold' | 'green' | 'red';

/** Colours text for a terminal that wants it (`NO_COLOR`, `FORCE_COLOR`), and leaves it plain in a file. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
