import type { FlakyRequest } from './flaky-request.ts';
import type { FlakyScript } from './flaky-step.ts';
import { outOfRange } from './invalid.ts';
import { type ResolvedStep, resolveStep } from './resolved-step.ts';

/** What to do with a request: read so much of its body, then ask for the step. */
export interface Plan {
  readonly read: number;
  step(request: FlakyRequest): ResolvedStep | Promise<ResolvedStep>;
}

/** Checks a script, all of it at once, and turns it into the plan for each request by its number. */
export function resolveScript(script: FlakyScript): (num: number) => Plan {
  const plans = typeof script === 'function' ? [planByFunction(script)] : planByList(script);
  return (num) => plans[Math.min(num, plans.length) - 1] as Plan;
}

function planByFunction(script: (request: FlakyRequest) => unknown): Plan {
  return {
    read: Number.POSITIVE_INFINITY,
    async step(request) {
      const step = resolveStep(await script(request), 'script(request)');
      if (step.read === Number.POSITIVE_INFINITY) return step;
      throw new TypeError('`script(request).read` is too late: the request has arrived; use `read` in a list of steps');
    },
  };
}

function planByList(script: unknown): Plan[] {
  if (!Array.isArray(script)) return [planByStep(script, 'script')];
  if (script.length === 0) {
    throw outOfRange('script', 'at least one step', script, 'use {} to answer 200 to everything');
  }
  // Not `map`: that would pass over the holes of a sparse array.
  return Array.from(script, (step: unknown, index) => planByStep(step, `script[${index}]`));
}

function planByStep(value: unknown, name: string): Plan {
  const step = resolveStep(value, name);
  return { read: step.read, step: () => step };
}
