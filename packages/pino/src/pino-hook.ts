import type { RetryDetails, RetryListener } from '@stamina/core';
import { pino } from 'pino';
import { excerpt } from './excerpt.ts';
import { type LevelOf, type PinoLogger, resolveLogger } from './logger.ts';
import { GIVE_UP_LEVEL, type PinoHookOptions, RECOVERY_LEVEL, resolveOptions } from './options.ts';

/**
 * Make a hook that logs each retry, give-up and recovery.
 *
 * @param logger yours, with all that it was set up with; default a new `pino()`, which writes JSON to the standard output
 * @param options `level` of retries (default `'warn'`; give-ups go to `error`, recoveries to `info`), and whether to log `args` (default false)
 * @throws TypeError for what is no pino logger, or an option that is not allowed: a level that the logger does not have
 * @example
 * setRetryHooks([pinoHook(logger)]);
 */
export function pinoHook<Logger extends PinoLogger>(
  logger?: Logger,
  options: PinoHookOptions<LevelOf<Logger>> = {},
): RetryListener {
  const { log, levels, errorKey, serializes } = resolveLogger(logger === undefined ? pino() : logger);
  const { level, args } = resolveOptions(options, levels);
  // Who has a serializer for them wants the arguments themselves, and decides how much of them is logged.
  const showArgs = serializes('args') ? (whole: readonly unknown[]) => whole : excerpt;

  const call = (details: RetryDetails): Record<string, unknown> => ({
    callable: details.name,
    ...(args && { args: showArgs(details.args) }),
    retry_num: details.retryNum,
  });
  return {
    onRetry: (details) =>
      log(level, 'stamina.retry_scheduled', () => ({
        ...call(details),
        wait_for: toSeconds(details.waitFor),
        waited_so_far: toSeconds(details.waitedSoFar),
        [errorKey]: details.causedBy,
      })),
    onGiveUp: (details) =>
      log(GIVE_UP_LEVEL, 'stamina.gave_up', () => ({
        ...call(details),
        waited_so_far: toSeconds(details.waitedSoFar),
        elapsed: toSeconds(details.elapsed),
        reason: details.reason,
        [errorKey]: details.causedBy,
      })),
    onRecover: (details) =>
      log(RECOVERY_LEVEL, 'stamina.recovered', () => ({
        ...call(details),
        waited_so_far: toSeconds(details.waitedSoFar),
        elapsed: toSeconds(details.elapsed),
      })),
  };
}

/** With two decimal places. */
function toSeconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
