import { complaint } from './invalid.ts';

/** The levels of a pino logger that has none of its own. */
export type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What is logged, and how loud. `undefined` stands for the default. */
export interface PinoHookOptions<CustomLevel extends string = never> {
  /** The level of a retry: any that the logger has; `'silent'` logs give-ups and recoveries alone. Default `'warn'`. */
  level?: PinoLevel | CustomLevel | undefined;
  /** Log the arguments of the call too: they may hold secrets. Default false. */
  args?: boolean | undefined;
}

/** Options once checked and resolved. */
export interface Settings {
  readonly level: string;
  readonly args: boolean;
}

/** Where give-ups and recoveries go, whatever the options say. */
export const GIVE_UP_LEVEL = 'error';
export const RECOVERY_LEVEL = 'info';

/** Checks options against the levels that the logger has. */
export function resolveOptions(options: PinoHookOptions<string>, levels: readonly string[]): Settings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(
      complaint('options of pinoHook', 'an object', options, "write pinoHook(logger, { level: 'info' })"),
    );
  }
  checkKeys(options);
  const { level = 'warn', args = false } = options;
  const known = levels.join(', ');
  if (typeof level !== 'string' || !(level === 'silent' || levels.includes(level))) {
    const instead = options.level === undefined ? 'it is the default: choose another' : "use 'silent' to log none";
    throw new TypeError(complaint('level', `a level of the logger (${known})`, level, instead));
  }
  for (const needed of [GIVE_UP_LEVEL, RECOVERY_LEVEL]) {
    if (levels.includes(needed)) continue;
    throw new TypeError(
      `\`logger\` must have a level \`${needed}\`, at which ${needed === GIVE_UP_LEVEL ? 'give-ups' : 'recoveries'} are logged; it has ${known}: add it to the logger's \`customLevels\``,
    );
  }
  if (typeof args !== 'boolean') {
    throw new TypeError(complaint('args', 'true or false', args, 'use `redact` of the logger to hide a part of them'));
  }
  return { level, args };
}

const KNOWN = ['level', 'args'];

/** Refuses a key that is not known, naming the one that it was probably meant to be. */
function checkKeys(options: object): void {
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown === undefined) return;
  // `logLevel`, `levels`, `arguments`: the beginning of the right name is in most of the wrong ones.
  const meant = KNOWN.find((name) => unknown.toLowerCase().includes(name.slice(0, 3)));
  const allowed = `allowed are ${KNOWN.join(' and ')}`;
  throw new TypeError(
    `\`${unknown}\` is not known in options of pinoHook; ${meant ? `did you mean \`${meant}\`? ${allowed}` : allowed}`,
  );
}
