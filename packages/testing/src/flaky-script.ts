import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FlakyRequest } from './flaky-request.ts';
import type { FlakyScript } from './flaky-step.ts';
import { checkKeys, outOfRange, wrongType } from './invalid.ts';

/** What is sent of an answer. */
export interface ResolvedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  /** How many bytes of the body are sent; `Infinity` repeats it without end. */
  readonly sent: number;
  readonly drip: number;
}

/** A checked step: after `delay`, an answer or none, then its end. */
export interface ResolvedStep {
  readonly read: number;
  readonly delay: number;
  readonly answer: ResolvedAnswer | undefined;
  readonly end: 'answered' | 'reset' | 'close' | 'hang';
}

/** What to do with a request: read so much of its body, then ask for the step. */
export interface Plan {
  readonly read: number;
  step(request: FlakyRequest): ResolvedStep | Promise<ResolvedStep>;
}

const MOMENT_KEYS = ['delay', 'read'];
const ANSWER_KEYS = ['status', 'headers', 'body', 'truncate', 'drip', 'endless'];
const ENDS = ['reset', 'close', 'hang'] as const;
const KEYS = [...MOMENT_KEYS, ...ANSWER_KEYS, ...ENDS];
/** What a timer can hold; more would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Answers with these never have a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: readonly unknown[] = [204, 205, 304];
/** Enough at once for an endless body to be fast. */
const BLOCK = 65_536;

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
  if (!Array.isArray(script)) return [planStep(script, 'script')];
  if (script.length === 0)
    throw outOfRange('script', 'at least one step', script, 'use {} to answer 200 to everything');
  // Not `map`: that would pass over the holes of a sparse array.
  return Array.from(script, (step: unknown, index) => planStep(step, `script[${index}]`));
}

function planStep(value: unknown, name: string): Plan {
  const step = resolveStep(value, name);
  return { read: step.read, step: () => step };
}

function resolveStep(value: unknown, name: string): ResolvedStep {
  checkKeys(name, value, KEYS, 'use a step such as { status: 503 } or { reset: true }');
  const given = value as Readonly<Record<string, unknown>>;
  const has = (key: string): boolean => given[key] !== undefined;
  for (const flag of ['endless', ...ENDS]) {
    if (has(flag) && given[flag] !== true) throw wrongType(`${name}.${flag}`, 'true', given[flag], 'or leave it out');
  }
  const [end, otherEnd] = ENDS.filter(has);
  if (otherEnd !== undefined) throw contradiction(name, end as string, otherEnd, 'a connection ends one way');
  const answerKey = ANSWER_KEYS.find(has);
  if (end !== undefined && answerKey !== undefined && !has('truncate')) {
    throw contradiction(name, answerKey, end, `with \`${end}\` nothing is answered, unless \`truncate\` says how much`);
  }
  if (has('endless') && has('truncate'))
    throw contradiction(name, 'endless', 'truncate', 'a body without end is not cut');
  return {
    read: checkNumber(given['read'], `${name}.read`, BYTES) ?? Number.POSITIVE_INFINITY,
    delay: checkNumber(given['delay'], `${name}.delay`, DELAY) ?? 0,
    answer: end !== undefined && answerKey === undefined ? undefined : resolveAnswer(given, name),
    end: end ?? (has('truncate') ? 'close' : 'answered'),
  };
}

function resolveAnswer(given: Readonly<Record<string, unknown>>, name: string): ResolvedAnswer {
  const status = checkNumber(given['status'], `${name}.status`, STATUS) ?? 200;
  const truncate = checkNumber(given['truncate'], `${name}.truncate`, BYTES);
  const drip = checkNumber(given['drip'], `${name}.drip`, DRIP) ?? 0;
  // What has no body to cut, to slow down or to repeat gets one.
  const dots = given['endless'] ? BLOCK : truncate !== undefined ? truncate + 10 : drip > 0 ? 10 : 0;
  const body = resolveBody(given['body'] ?? '.'.repeat(dots), `${name}.body`);
  if (body.length > 0 && BODILESS.includes(status)) {
    throw new TypeError(`\`${name}.body\` must be empty: an answer with status ${status} has none; use another status`);
  }
  if (given['endless'] && body.length === 0) {
    throw outOfRange(`${name}.body`, 'at least one byte', given['body'], 'leave it out to send dots without end');
  }
  if (truncate !== undefined && truncate >= body.length) {
    throw outOfRange(`${name}.truncate`, `less than the ${body.length} bytes of the body`, truncate, 'cut earlier');
  }
  const sent = given['endless'] ? Number.POSITIVE_INFINITY : (truncate ?? body.length);
  return { status, headers: resolveHeaders(given['headers'] ?? {}, `${name}.headers`), body, sent, drip };
}

function resolveBody(body: unknown, name: string): Uint8Array {
  // Copied: what the caller does to the bytes later changes no answer.
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body as string);
  throw wrongType(name, 'a string or a Uint8Array', body, 'use JSON.stringify(…) for data');
}

function resolveHeaders(headers: unknown, name: string): ResolvedAnswer['headers'] {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw wrongType(name, 'an object of strings', headers, 'use Object.fromEntries(…) for Headers, a Map or pairs');
  }
  for (const [header, value] of Object.entries(headers)) {
    if (/^(content-length|transfer-encoding)$/i.test(header)) {
      throw new TypeError(
        `\`${name}\` must not have ${header}: it follows from the body; use \`truncate\` to send less`,
      );
    }
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item !== 'string') throw wrongType(`${name}.${header}`, 'a string or an array of strings', value);
      validateHeaderName(header);
      validateHeaderValue(header, item);
    }
  }
  return structuredClone(headers) as ResolvedAnswer['headers'];
}

interface Range {
  readonly allowed: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
  readonly instead?: string;
}

const STATUS: Range = { allowed: 'an integer from 200 to 599', least: 200, most: 599, whole: true };
const BYTES: Range = { allowed: 'a whole number of bytes', least: 0, most: Number.MAX_SAFE_INTEGER, whole: true };
const DELAY: Range = {
  allowed: 'milliseconds from 0 to 2147483647',
  least: 0,
  most: LONGEST_TIMER,
  instead: 'use { hang: true } to never answer',
};
const DRIP: Range = {
  allowed: 'milliseconds from 1 to 2147483647',
  least: 1,
  most: LONGEST_TIMER,
  instead: 'leave it out to send the body at once',
};

function checkNumber(value: unknown, name: string, range: Range): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw wrongType(name, range.allowed, value, range.instead);
  if (value >= range.least && value <= range.most && (!range.whole || Number.isInteger(value))) return value;
  throw outOfRange(name, range.allowed, value, range.instead);
}

function contradiction(name: string, one: string, other: string, why: string): TypeError {
  return new TypeError(`\`${name}\` has both \`${one}\` and \`${other}\`: ${why}; drop one of the two`);
}
