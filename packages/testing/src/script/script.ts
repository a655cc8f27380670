import { invalidRange } from '@stamina/validation';
import { type ResolvedStep, resolveStep } from './resolve-step.ts';
import type { FlakyRequest, FlakyScript } from './step.ts';

/** The plan for one request. The server reads `readBytes` of its body first, and then calls `stepFor`. */
export interface RequestPlan {
  /** The number of bytes to read; Infinity for the whole body. */
  readonly readBytes: number;
  stepFor(request: FlakyRequest): ResolvedStep | Promise<ResolvedStep>;
}

/**
 * Checks a whole script. Returns a function that finds the plan for a request by its number. `isHttp2` says whether the
 * server speaks HTTP/2, which some steps need.
 */
export function resolveScript(script: FlakyScript, isHttp2: boolean): (num: number) => RequestPlan {
  const plans = typeof script === 'function' ? [planWithFunction(script, isHttp2)] : plansWithSteps(script, isHttp2);
  return (num) => plans[Math.min(num, plans.length) - 1] as RequestPlan;
}

function planWithFunction(script: (request: FlakyRequest) => unknown, isHttp2: boolean): RequestPlan {
  return {
    readBytes: Infinity,
    async stepFor(request) {
      const step = resolveStep('script(request)', await script(request), isHttp2);
      if (step.readBytes === Infinity) return step;
      throw new TypeError(
        '`script(request).read` comes too late, because the function is called after the whole request has arrived; use `read` in an array of steps',
      );
    },
  };
}

function plansWithSteps(script: unknown, isHttp2: boolean): RequestPlan[] {
  if (!Array.isArray(script)) return [planWithStep('script', script, isHttp2)];
  if (script.length === 0) {
    throw invalidRange('script', 'at least one step', 'an empty array', 'use {} to answer every request with 200');
  }
  // `map` would skip the holes of a sparse array.
  return Array.from(script, (step: unknown, index) => planWithStep(`script[${index}]`, step, isHttp2));
}

function planWithStep(name: string, value: unknown, isHttp2: boolean): RequestPlan {
  const step = resolveStep(name, value, isHttp2);
  return { readBytes: step.readBytes, stepFor: () => step };
}
