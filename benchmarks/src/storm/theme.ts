/** Colours of a figure; its ground is that of the page. The two that carry meaning are told apart by the colour-blind too. */
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
