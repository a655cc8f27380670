import { type Check, checkBoolean, checkOptions, checkThat } from '@stamina/validation';

/** The levels of a pino logger without custom levels. */
export type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Options of `pinoHook`. `undefined` means the default. */
export interface PinoHookOptions<CustomLevel extends string = never> {
  /**
   * The level at which retries are logged: any level of the logger, or `'silent'` to log no retries. Default `'warn'`.
   */
  level?: PinoLevel | CustomLevel | undefined;
  /**
   * The level at which give-ups are logged, or `'silent'`. Default `'error'`. Calls that were aborted, or that gave up
   * because the process stops, are logged at `debug`.
   */
  giveUpLevel?: PinoLevel | CustomLevel | undefined;
  /** The level at which recoveries are logged, or `'silent'`. Default `'info'`. */
  recoveryLevel?: PinoLevel | CustomLevel | undefined;
  /**
   * Logs one line for each call, when it has recovered or given up, and no lines for its retries. That line then has the
   * errors and the waits of the call too. Default false.
   */
  onlyEnds?: boolean | undefined;
  /**
   * Logs the arguments of the call too, and cuts long ones. Arguments may hold secrets, which the logger's `redact` can
   * hide. Default false.
   */
  args?: boolean | undefined;
}

/** The checked options, with the defaults filled in. */
export interface Settings {
  readonly level: string;
  readonly giveUpLevel: string;
  readonly recoveryLevel: string;
  readonly onlyEnds: boolean;
  readonly args: boolean;
}

/** The level of calls that were aborted. A logger without it does not log them. */
export const ABORT_LEVEL = 'debug';

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
      giveUpLevel: { default: 'error', check: checkLevel(levels, "use 'silent' to log no give-ups") },
      recoveryLevel: { default: 'info', check: checkLevel(levels, "use 'silent' to log no recoveries") },
      onlyEnds: { default: false, check: checkBoolean },
      args: { default: false, check: checkArgs },
    },
    "write pinoHook(logger, { level: 'info' })",
    OWNERS,
  );
  // The default levels are not checked by `checkOptions`, and a logger with custom levels may lack them.
  const check = checkLevel(levels, 'this is the default, so choose another level');
  for (const name of ['level', 'giveUpLevel', 'recoveryLevel'] as const) check(name, settings[name]);
  return settings;
}
