import type { CallDetails, RetryListener } from '@stamina/core';
import { pino } from 'pino';
import { excerpt } from './excerpt.ts';
import { type LevelOf, type PinoLogger, resolveLogger } from './logger.ts';
import { GIVE_UP_LEVEL, type PinoHookOptions, RECOVERY_LEVEL, resolveOptions } from './options.ts';

/**
 * Makes a hook that logs each retry, give-up and recovery.
 *
 * @param logger your logger, whose settings all apply; default: a new `pino()`, which writes JSON to the standard output
 * @param options the `level` of retries (default `'warn'`), and whether to log `args` too (default false); give-ups are
 *   logged at `error`, recoveries at `info`
 * @throws TypeError for a value that is not a pino logger, and for an option that is not allowed, such as a level that the
 *   logger does not have
 * @example
 * setRetryHooks([pinoHook(logger)]);
 */
export function pinoHook<Logger extends PinoLogger>(
  logger?: Logger,
  options: PinoHookOptions<LevelOf<Logger>> = {},
): RetryListener {
  const { log, levels, errorKey, serializes } = resolveLogger(logger === undefined ? pino() : logger);
  const { level, args } = resolveOptions(options, levels);
  // A serializer for `args` gets the arguments themselves, because it decides how much of them is logged.
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
