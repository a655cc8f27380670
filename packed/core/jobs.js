// A script as people write them: jobs that are retried in each of the ways that core has.
import { retry, retryContext } from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';

export class Unavailable extends Error {}

/** Returns a job that fails `failures` times, and then returns its answer. */
export function unreliable(failures) {
  const job = { calls: 0 };
  job.do = (answer) => {
    if (++job.calls <= failures) throw new Unavailable(`call ${job.calls}`);
    return answer;
  };
  return job;
}

const policy = {
  on: Unavailable,
  attempts: 4,
  waitInitial: { milliseconds: 2 },
  waitJitter: 2,
  timeout: { seconds: 5 },
};

export const now = (job) => retry(policy).run(() => job.do('now'));
export const wrapped = retry(policy)(async function report(job) {
  return job.do('wrapped');
});
export async function block(job) {
  for await (const attempt of retryContext(policy)) {
    try {
      return job.do('block');
    } catch (error) {
      attempt.fail(error);
    }
  }
}
export const sync = (job) => retrySync(policy).run(() => job.do('sync'));
export function blockSync(job) {
  for (const attempt of retryContextSync(policy)) {
    try {
      return job.do('blockSync');
    } catch (error) {
      attempt.fail(error);
    }
  }
}
