import type { CallDetails, RetryListener } from '@stamina/core';
import { pino } from 'pino';
import { excerpt } from './excerpt.ts';
import { type LevelOf, type PinoLogger, resolveLogger } from './logger.ts';
import { GIVE_UP_LEVEL, type PinoHookOptions, RECOVERY_LEVEL, resolveOptions } from './options.ts';

/**
 * Makes a hook that logs each retry, give-up and recovery as one line. Times in the lines are seconds.
 *
 * @param logger your logger; all its settings apply; default: a new `pino()`, which writes JSON to the standard output
 * @param options the `level` of retries (default `'warn'`), and whether to log `args` too (default false); give-ups are
 *   logged at `error`, recoveries at `info`
 * @throws TypeError if `logger` is not a pino logger or lacks one of these levels, or if an option is not allowed
 * @example
 * setRetryHooks([pinoHook(logger)]);
 */
export function pinoHook<Logger extends PinoLogger>(
  logger?: Logger,
  options: PinoHookOptions<LevelOf<Logger>> = {},
): RetryListener {
  const { log, levels, errorKey, serializes } = resolveLogger(logger === undefined ? pino() : logger);
  const { level, args } = resolveOptions(options, levels);
  // If the logger has a serializer for `args`, it gets the arguments themselves and decides how much of them is logged.
  const showArgs = serializes('args') ? (whole: readonly unknown[]) => whole : excerpt;

  /** Returns the fields that every line begins with. */
  const call = (details: CallDetails): Record<string, unknown> => ({
    callable: details.name,
    ...(args && { args: showArgs(details.args) }),
  });
  return {
    onRetry: (details) =>
      log(level, 'stamina.retry_scheduled', () => ({
        ...call(details),
        retry_num: details.retryNum,
        wait_for: toSeconds(details.waitFor),
        waited_so_far: toSeconds(details.waitedSoFar),
        [errorKey]: details.causedBy,
      })),
    onGiveUp: (details) =>
      log(GIVE_UP_LEVEL, 'stamina.gave_up', () => ({
        ...call(details),
        attempt: details.attempt,
        waited_so_far: toSeconds(details.waitedSoFar),
        elapsed: toSeconds(details.elapsed),
        reason: details.reason,
        [errorKey]: details.causedBy,
      })),
    onRecover: (details) =>
      log(RECOVERY_LEVEL, 'stamina.recovered', () => ({
        ...call(details),
        attempt: details.attempt,
        waited_so_far: toSeconds(details.waitedSoFar),
        elapsed: toSeconds(details.elapsed),
      })),
  };
}

/** Converts milliseconds to seconds with two decimal places. */
function toSeconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
