import { type Check, checkOptions, checkThat } from '@stamina/validation';

/** The levels of a pino logger without custom levels. */
export type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Options of `pinoHook`. `undefined` stands for the default. */
export interface PinoHookOptions<CustomLevel extends string = never> {
  /**
   * The level at which retries are logged: any level of the logger, or `'silent'` to log no retries. Default `'warn'`.
   * Give-ups are always logged at `error`, and recoveries at `info`.
   */
  level?: PinoLevel | CustomLevel | undefined;
  /**
   * Logs the arguments of the call too, and cuts long ones. Arguments may hold secrets, which the logger's `redact` can
   * hide. Default false.
   */
  args?: boolean | undefined;
}

/** The checked options, with the defaults filled in. */
export interface Settings {
  readonly level: string;
  readonly args: boolean;
}

/** The levels of give-ups and recoveries. They do not depend on the options. */
export const GIVE_UP_LEVEL = 'error';
export const RECOVERY_LEVEL = 'info';

const checkArgs = checkThat<boolean>(
  (args) => typeof args === 'boolean',
  'true or false',
  'use `redact` of the logger to hide a part of them',
);

/** Makes a check that accepts the levels of a logger, and `'silent'`. */
function checkLevel(levels: readonly string[], instead: string): Check<string> {
  const isLevel = (level: string): boolean => level === 'silent' || levels.includes(level);
  return checkThat(isLevel, `a level of the logger (${levels.join(', ')})`, instead);
}

/** Values that users may pass among the options by mistake, and the place where they belong. */
const OWNERS = [{ names: ['logger'], place: 'the first parameter: write pinoHook(logger), not pinoHook' }];

/** Checks options against the levels that the logger has, and fills in the defaults. */
export function resolveOptions(options: unknown, levels: readonly string[]): Settings {
  const settings = checkOptions<Settings>(
    'options of pinoHook',
    options,
    {
      level: { default: 'warn', check: checkLevel(levels, "use 'silent' to log no retries") },
      args: { default: false, check: checkArgs },
    },
    "write pinoHook(logger, { level: 'info' })",
    OWNERS,
  );
  // The default level is not checked by `checkOptions`, and a logger with custom levels may lack it.
  checkLevel(levels, 'this is the default, so choose another level')('level', settings.level);
  expectLevel(levels, GIVE_UP_LEVEL, 'give-ups');
  expectLevel(levels, RECOVERY_LEVEL, 'recoveries');
  return settings;
}

/** Throws a TypeError if the logger has no level for the events of one kind. */
function expectLevel(levels: readonly string[], level: string, events: string): void {
  if (levels.includes(level)) return;
  throw new TypeError(
    `\`logger\` must have the level \`${level}\`, got one with ${levels.join(', ')}; add it to \`customLevels\`, because ${events} are logged at it`,
  );
}
