import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { FlakyRequest } from './flaky-request.ts';
import type { FlakyScript, ResolvedAnswer, ResolvedStep } from './flaky-step.ts';
import { describeInvalid, nearestName, show } from './invalid.ts';

/** Decides on a request. */
export type Decide = (request: FlakyRequest) => ResolvedStep | Promise<ResolvedStep>;

type Given = Readonly<Record<string, unknown>>;

const ANSWER_KEYS = ['status', 'headers', 'body', 'truncate', 'drip'] as const;
const ENDINGS = ['reset', 'close', 'hang'] as const;
const KEYS: readonly string[] = [...ANSWER_KEYS, 'delay', ...ENDINGS];
/** What a timer can hold; more would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Statuses whose answers have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: readonly number[] = [204, 205, 304];

/** Checks a script, all of it at once, and turns it into a function of the request. */
export function resolveScript(script: FlakyScript): Decide {
  if (typeof script === 'function') {
    return async (request) => resolveStep(await script(request), `the answer of the script to request ${request.num}`);
  }
  const list: readonly unknown[] | undefined = Array.isArray(script) ? script : undefined;
  if (list === undefined) {
    const step = resolveStep(script, '`script`');
    return () => step;
  }
  if (list.length === 0) {
    throw new RangeError(describeInvalid('`script`', 'at least one step', list, 'use {} for a server that always answers 200'));
  }
  // Not `map`: that would pass over the holes of a sparse array.
  const steps = Array.from(list, (step, index) => resolveStep(step, `\`script[${index}]\``));
  return (request) => steps[Math.min(request.num, steps.length) - 1] as ResolvedStep;
}

function resolveStep(value: unknown, where: string): ResolvedStep {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const advice =
      typeof value === 'function'
        ? 'to decide by request, pass one function as the whole script'
        : typeof value === 'number'
          ? `for a status, use { status: ${value} }`
          : 'use {} for an empty 200';
    throw new TypeError(describeInvalid(where, 'a step such as { status: 503 } or { reset: true }', value, advice));
  }
  const given = value as Given;
  for (const key of Object.keys(given)) {
    if (KEYS.includes(key)) continue;
    const nearest = nearestName(key, KEYS);
    const advice = nearest === undefined ? `use any of ${KEYS.join(', ')}` : `did you mean \`${nearest}\`?`;
    throw new TypeError(`${where} has an unknown key \`${key}\`; ${advice}`);
  }
  const delay = resolveNumber(given, 'delay', where, 0, LONGEST_TIMER, 'use { hang: true } to never answer') ?? 0;
  const ending = resolveEnding(given, where);
  return ending === undefined ? { kind: 'answer', delay, ...resolveAnswer(given, where) } : { kind: ending, delay };
}

function resolveEnding(given: Given, where: string): (typeof ENDINGS)[number] | undefined {
  const present = [...ENDINGS, ...ANSWER_KEYS].filter((key) => given[key] !== undefined);
  const ending = ENDINGS.find((key) => given[key] !== undefined);
  if (ending === undefined) return undefined;
  if (given[ending] !== true) {
    throw new TypeError(describeInvalid(`\`${ending}\` of ${where}`, 'true', given[ending], 'leave it out for an answer'));
  }
  const other = present.find((key) => key !== ending);
  if (other !== undefined) {
    throw new TypeError(
      `${where} has both \`${ending}\` and \`${other}\`, got ${show(given)}; nothing is answered with \`${ending}\`, ` +
        `so only \`delay\` may stand beside it: drop one of the two`,
    );
  }
  return ending;
}

function resolveAnswer(given: Given, where: string): Omit<ResolvedAnswer, 'delay'> {
  const status = resolveNumber(given, 'status', where, 200, 599, undefined, true) ?? 200;
  const truncate = resolveNumber(given, 'truncate', where, 0, Number.MAX_SAFE_INTEGER, undefined, true);
  const drip = resolveNumber(given, 'drip', where, 1, LONGEST_TIMER, 'leave it out to send the body at once');
  // What has no body to cut or to slow down gets some.
  const filler = truncate === undefined ? (drip === undefined ? 0 : 10) : truncate + 10;
  const body = resolveBody(given['body'], where) ?? new Uint8Array(filler).fill(46);
  if (body.length > 0 && BODILESS.includes(status)) {
    throw new TypeError(`${where} has a body, and an answer with status ${status} has none; use another status, or drop the body`);
  }
  if (truncate !== undefined && truncate >= body.length) {
    const advice = 'cut earlier, or use a longer `body`';
    throw new RangeError(describeInvalid(`\`truncate\` of ${where}`, `less than the ${body.length} bytes of the body`, truncate, advice));
  }
  return { status, headers: resolveHeaders(given['headers'], where), body, sent: truncate ?? body.length, drip };
}

function resolveBody(value: unknown, where: string): Uint8Array | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new TypeError(describeInvalid(`\`body\` of ${where}`, 'a string or a Uint8Array', value, 'use JSON.stringify(…) for data'));
}

function resolveHeaders(value: unknown, where: string): ResolvedAnswer['headers'] {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) {
    const advice = 'use Object.fromEntries(…) for Headers, a Map or pairs';
    throw new TypeError(describeInvalid(`\`headers\` of ${where}`, 'an object of strings by name', value, advice));
  }
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, content] of Object.entries(value)) {
    if (/^(content-length|transfer-encoding)$/i.test(name)) {
      throw new TypeError(`\`headers\` of ${where} has \`${name}\`, which follows from the body; use \`truncate\` to announce more than is sent`);
    }
    const contents: readonly unknown[] = Array.isArray(content) ? content : [content];
    const wrong = contents.find((item) => typeof item !== 'string');
    if (contents.some((item) => typeof item !== 'string')) {
      throw new TypeError(describeInvalid(`The header \`${name}\` of ${where}`, 'a string or an array of strings', wrong, 'use String(…)'));
    }
    validateHeaderName(name);
    for (const item of contents) validateHeaderValue(name, item as string);
    headers[name] = Array.isArray(content) ? [...content] : content;
  }
  return headers;
}

function resolveNumber(
  given: Given,
  key: string,
  where: string,
  least: number,
  most: number,
  advice?: string,
  whole = false,
): number | undefined {
  const value = given[key];
  if (value === undefined) return undefined;
  const allowed = `${whole ? 'an integer' : 'a number'}${key === 'status' ? '' : whole ? ' of bytes' : ' of milliseconds'} from ${least} to ${most}`;
  const message = describeInvalid(`\`${key}\` of ${where}`, allowed, value, advice);
  if (typeof value !== 'number') throw new TypeError(message);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) throw new RangeError(message);
  return value;
}
