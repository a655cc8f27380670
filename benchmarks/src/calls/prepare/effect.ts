import { Effect, Schedule } from 'effect';
import type { Prepare } from '../call.ts';

export const prepare: Prepare = (fn, { waitMs = 0 }) => {
  const attempt = Effect.tryPromise({ try: () => fn(), catch: (error) => error });
  const options = { times: 9, while: (error: unknown) => error instanceof Error };
  const effect = Effect.retry(attempt, waitMs === 0 ? options : { ...options, schedule: Schedule.spaced(waitMs) });
  return () => Effect.runPromise(effect);
};
