import { invalidRange } from '@stamina/validation';
import { type ResolvedStep, resolveStep } from './resolve-step.ts';
import type { FlakyRequest, FlakyScript } from './step.ts';

/** The plan for one request. The server reads `readBytes` of its body first, and then calls `stepFor`. */
export interface RequestPlan {
  /** The number of bytes to read; Infinity for the whole body. */
  readonly readBytes: number;
  stepFor(request: FlakyRequest): ResolvedStep | Promise<ResolvedStep>;
}

/** Checks a whole script. Returns a function that finds the plan for a request by its number. */
export function resolveScript(script: FlakyScript): (num: number) => RequestPlan {
  const plans = typeof script === 'function' ? [planWithFunction(script)] : plansWithSteps(script);
  return (num) => plans[Math.min(num, plans.length) - 1] as RequestPlan;
}

function planWithFunction(script: (request: FlakyRequest) => unknown): RequestPlan {
  return {
    readBytes: Infinity,
    async stepFor(request) {
      const step = resolveStep('script(request)', await script(request));
      if (step.readBytes === Infinity) return step;
      throw new TypeError(
        '`script(request).read` comes too late, because the function is called after the whole request has arrived; use `read` in an array of steps',
      );
    },
  };
}

function plansWithSteps(script: unknown): RequestPlan[] {
  if (!Array.isArray(script)) return [planWithStep('script', script)];
  if (script.length === 0) {
    throw invalidRange('script', 'at least one step', 'an empty array', 'use {} to answer every request with 200');
  }
  // `map` would skip the holes of a sparse array.
  return Array.from(script, (step: unknown, index) => planWithStep(`script[${index}]`, step));
}

function planWithStep(name: string, value: unknown): RequestPlan {
  const step = resolveStep(name, value);
  return { readBytes: step.readBytes, stepFor: () => step };
}
