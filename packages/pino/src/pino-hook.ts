import type { CallDetails, RecoverDetails, RetryListener } from '@stamina/core';
import { outcomeOf } from '@stamina/labels';
import { pino } from 'pino';
import { excerpt } from './excerpt.ts';
import { type LevelOf, type PinoLogger, resolveLogger } from './logger.ts';
import { ABORT_LEVEL, type PinoHookOptions, resolveOptions } from './options.ts';

/**
 * Makes a hook that logs each retry, give-up and recovery as one line. Times in the lines are seconds. A call that was
 * aborted, or that gave up because the process stops, is logged at `debug`, because it is no failure of what was called.
 *
 * @param logger your logger; all its settings apply; default: a new `pino()`, which writes JSON to the standard output
 * @param options the `level` of retries (default `'warn'`), the `giveUpLevel` (`'error'`), the `recoveryLevel`
 *   (`'info'`), `onlyEnds` (false), which logs one line for each call, and `args` (false), which logs arguments too
 * @throws TypeError if `logger` lacks the methods of a pino logger or one of these levels, or if an option is not allowed
 * @example
 * setRetryHooks([pinoHook(logger)]);
 */
export function pinoHook<Logger extends PinoLogger>(
  logger?: Logger,
  options: PinoHookOptions<LevelOf<Logger>> = {},
): RetryListener {
  const { log, levels, errorKey, serializes, serializeError } = resolveLogger(logger === undefined ? pino() : logger);
  const { level, giveUpLevel, recoveryLevel, onlyEnds, args } = resolveOptions(options, levels);
  // If the logger has a serializer for `args`, it gets the arguments themselves and decides how much of them is logged.
  const showArgs = serializes('args') ? (whole: readonly unknown[]) => whole : excerpt;
  const abortLevel = giveUpLevel === 'silent' || !levels.includes(ABORT_LEVEL) ? 'silent' : ABORT_LEVEL;

  /** Returns the fields that every line begins with. */
  const call = (details: CallDetails): Record<string, unknown> => ({
    callable: details.name,
    ...(args && { args: showArgs(details.args) }),
  });
  /** Returns the fields of a call that ended. */
  const end = (details: RecoverDetails): Record<string, unknown> => ({
    ...call(details),
    attempt: details.attempt,
    waited_so_far: toSeconds(details.waitedSoFar),
    elapsed: toSeconds(details.elapsed),
  });
  /** Returns what the lines of the retries would have had. */
  const retries = ({ errors, waits }: RecoverDetails): Record<string, unknown> => ({
    errors: errors.map(serializeError),
    waits: waits.map(toSeconds),
  });
  const hook: RetryListener = {
    onGiveUp(details) {
      const { reason, attempt } = details;
      const isAborted = outcomeOf(reason, attempt) === 'aborted';
      log(isAborted ? abortLevel : giveUpLevel, 'stamina.gave_up', () => ({
        ...end(details),
        reason,
        [errorKey]: details.causedBy,
        ...(onlyEnds && retries(details)),
      }));
    },
    onRecover: (details) =>
      log(recoveryLevel, 'stamina.recovered', () => ({
        ...end(details),
        ...(onlyEnds && { [errorKey]: details.causedBy, ...retries(details) }),
      })),
  };
  if (onlyEnds) return hook;
  return {
    onRetry: (details) =>
      log(level, 'stamina.retry_scheduled', () => ({
        ...call(details),
        retry_num: details.retryNum,
        wait_for: toSeconds(details.waitFor),
        waited_so_far: toSeconds(details.waitedSoFar),
        [errorKey]: details.causedBy,
      })),
    ...hook,
  };
}

/** Converts milliseconds to seconds with two decimal places. */
function toSeconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
