import { type GiveUpReason, type RetryBudget, type RetryOptions, retry, retryBudget } from '@stamina/core';
import { budgetOptions, CALLS, policyOptions, type Settings, WATCHED_ATTEMPTS } from './settings.ts';
import { inVirtualTime, seeded } from './virtual-time.ts';

/** The end of a call. `cut` means that it was not watched to its end. */
export type Outcome = 'success' | GiveUpReason | 'cut';

/** One call. Times are in ms since its first attempt began. */
export interface Call {
  readonly attempts: { readonly from: number; to: number }[];
  /** The waits that core scheduled. */
  readonly waits: number[];
  outcome: Outcome;
  total: number;
}

/** The bounds between which the wait before a retry is drawn, in ms. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

export interface Rehearsal {
  /** The band of each retry, in order, as if there were no `timeout` and no `deadline`. */
  readonly bands: readonly Band[];
  readonly calls: readonly Call[];
}

class ApiError extends Error {}

/** Lets core itself retry calls with these settings, in virtual time. Throws the error of core if it refuses an option. */
export async function rehearse(settings: Settings): Promise<Rehearsal> {
  const options: RetryOptions = { ...policyOptions(settings), on: answerOf(settings) };
  // Core checks the options here, before anything runs.
  retry(options);
  const lows = await waitsAt(options, settings.takes, 0);
  const highs = await waitsAt(options, settings.takes, 1 - 2 ** -32);
  return {
    bands: lows.map((from, index) => ({ from, to: highs[index] as number })),
    calls: await rehearseCalls(options, settings),
  };
}

function answerOf({ answer, answerWait }: Settings): RetryOptions['on'] {
  if (answer === 'true') return ApiError;
  return () => (answer === 'wait' ? answerWait : { atLeast: answerWait });
}

/** Returns the waits of a call that always fails and has neither timeout nor deadline, if chance always draws `random`. */
async function waitsAt(given: RetryOptions, takes: number, random: number): Promise<number[]> {
  const waits: number[] = [];
  const policy = retry({
    ...given,
    attempts: Math.min(given.attempts ?? Infinity, WATCHED_ATTEMPTS),
    timeout: Infinity,
    deadline: Infinity,
    onRetry: ({ waitFor }) => waits.push(waitFor),
  });
  const call = () => policy.run(({ signal }) => work(takes, true, signal)).catch(() => {});
  await inVirtualTime(() => random, call);
  return waits;
}

async function rehearseCalls(options: RetryOptions, settings: Settings): Promise<Call[]> {
  const random = seeded(settings.seed);
  return await inVirtualTime(random, async () => {
    const budget = settings.budget ? retryBudget(budgetOptions(settings)) : undefined;
    const attempt = (signal: AbortSignal): Promise<void> => {
      const fails = performance.now() < settings.outage || random() * 100 < settings.failing;
      return work(settings.takes, fails, signal);
    };
    const calls = Array.from({ length: CALLS }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * 1_000) / settings.rate));
      return await rehearseCall({ ...options, budget }, settings.abortAfter, attempt);
    });
    return await Promise.all(calls);
  });
}

/** Takes time as a request does, then fails or succeeds. Ends early if it is aborted. */
function work(ms: number, fails: boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => (fails ? reject(new ApiError('unavailable')) : resolve()), ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

async function rehearseCall(
  options: RetryOptions & { budget: RetryBudget | undefined },
  abortAfter: number,
  attempt: (signal: AbortSignal) => Promise<void>,
): Promise<Call> {
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const call: Call = { attempts: [], waits: [], outcome: 'success', total: 0 };
  const policy = retry({
    ...options,
    onRetry: ({ waitFor }) => call.waits.push(waitFor),
    onGiveUp: ({ reason }) => {
      call.outcome = reason;
    },
  });
  const end = new AbortController();
  const timer = abortAfter === Infinity ? undefined : setTimeout(() => end.abort(), abortAfter);
  const run = policy.run(
    async ({ num, signal }) => {
      const record = { from: elapsed(), to: elapsed() };
      call.attempts.push(record);
      if (num === WATCHED_ATTEMPTS + 1) end.abort('cut');
      await attempt(signal).finally(() => {
        record.to = elapsed();
      });
    },
    { signal: end.signal },
  );
  await run.catch(() => {
    // Hooks are not called when the first attempt was aborted.
    if (call.outcome === 'success') call.outcome = 'aborted';
  });
  clearTimeout(timer);
  if (end.signal.reason === 'cut') call.outcome = 'cut';
  call.total = elapsed();
  return call;
}
