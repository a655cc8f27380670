import type { Suite } from './suite.ts';

/** Loads the cases and contenders of `pnpm bench calls` or `pnpm bench fetch`. */
export async function loadSuite(name: string | undefined): Promise<Suite> {
  if (name === 'calls') return (await import('./calls/suite.ts')).suite;
  if (name === 'fetch') return (await import('./fetch/suite.ts')).suite;
  throw new RangeError(`nothing is called \`${name}\`; there are calls and fetch`);
}
