import { parseArgs } from 'node:util';

const QUICK_AND_SAVE = {
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
} as const;

/** Reads the flags and the names that all commands share. */
export function readFlags(): { values: { quick: boolean; save: boolean }; positionals: string[] } {
  const { values, positionals } = parseArgs({ options: QUICK_AND_SAVE, allowPositionals: true });
  if (values.quick && values.save) throw new RangeError('--save needs a whole run: leave out --quick');
  return { values, positionals };
}
