import { validateHeaderName, validateHeaderValue } from 'node:http';
import { types } from 'node:util';
import { checkKeys, checkNumber, outOfRange, type Range, wrongType } from './invalid.ts';

/** A checked step: after `delay`, an answer, bytes of the script's own, or neither; then its end. */
export interface ResolvedStep {
  readonly read: number;
  readonly delay: number;
  readonly answer: ResolvedAnswer | undefined;
  readonly raw: Flow | undefined;
  readonly end: 'answered' | 'reset' | 'close' | 'hang';
}

/** Bytes, how many of them are sent, and at which pace. */
export interface Flow {
  readonly body: Uint8Array;
  /** How many bytes of the body are sent; `Infinity` repeats it without end. */
  readonly sent: number;
  readonly drip: number;
}

/** A checked answer. */
export interface ResolvedAnswer extends Flow {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

const MOMENT = ['delay', 'read'] as const;
const ANSWER = ['status', 'headers', 'body', 'truncate', 'drip', 'endless'] as const;
const ENDS = ['reset', 'close', 'hang'] as const;
const KEYS = [...MOMENT, ...ANSWER, 'raw', ...ENDS] as const;

type Given = { readonly [K in (typeof KEYS)[number]]?: unknown };

const STATUS: Range = { what: 'an integer', least: 200, most: 599 };
// What surely fits into memory.
const BYTES: Range = { what: 'a whole number of bytes', least: 0, most: 2 ** 28 };
// What a timer can hold; more would fire at once.
const DELAY: Range = { what: 'milliseconds', least: 0, most: 2 ** 31 - 1, fractions: true };
const DRIP: Range = { ...DELAY, least: 1 };
/** Answers with these never have a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: readonly number[] = [204, 205, 304];
/** An endless body goes out in pieces of at least this size: many small ones would leave this process time for nothing else. */
const BLOCK = 2 ** 16;

/** Checks a step, which errors call `name`. */
export function resolveStep(value: unknown, name: string): ResolvedStep {
  checkKeys(name, value, KEYS, 'use a step such as { status: 503 } or { reset: true }');
  const given = value as Given;
  const has = (key: keyof Given): boolean => given[key] !== undefined;
  for (const flag of ['endless', ...ENDS] as const) {
    if (has(flag) && given[flag] !== true) throw wrongType(`${name}.${flag}`, 'true', given[flag], 'or leave it out');
  }
  const [end, secondEnd] = ENDS.filter(has);
  const part = ANSWER.find((key) => has(key) && !(key === 'drip' && has('raw')));
  const clash = (one: string, other: string, why: string): TypeError =>
    new TypeError(`\`${name}\` has both \`${one}\` and \`${other}\`: ${why}; drop one of the two`);
  if (end && secondEnd) throw clash(end, secondEnd, 'a connection ends one way');
  if (part && has('raw')) throw clash(part, 'raw', 'raw bytes are all that is sent');
  if (end && part && !has('truncate')) throw clash(part, end, 'only a `truncate`d answer may end so');
  if (has('endless') && has('truncate')) throw clash('endless', 'truncate', 'a body without end is not cut');
  return {
    read: checkNumber(`${name}.read`, given.read, BYTES) ?? Number.POSITIVE_INFINITY,
    delay: checkNumber(`${name}.delay`, given.delay, DELAY, 'use { hang: true } to never answer') ?? 0,
    answer: has('raw') || (end && !part) ? undefined : resolveAnswer(given, name),
    raw: has('raw') ? resolveRaw(given, name) : undefined,
    end: end ?? (has('truncate') || has('raw') ? 'close' : 'answered'),
  };
}

function resolveAnswer(given: Given, name: string): ResolvedAnswer {
  const status = checkNumber(`${name}.status`, given.status, STATUS) ?? 200;
  const truncate = checkNumber(`${name}.truncate`, given.truncate, BYTES);
  const drip = resolveDrip(given, name);
  // What has no body to cut, to slow down or to repeat gets one.
  const dots = given.endless ? 1 : truncate !== undefined ? truncate + 10 : drip > 0 ? 10 : 0;
  const { body = '.'.repeat(dots), headers = {} } = given;
  const bytes = resolveBody(body, `${name}.body`);
  if (bytes.length > 0 && BODILESS.includes(status)) {
    throw new TypeError(
      `\`${name}.status\` must not be ${status} with a body to send: it has none; use another status`,
    );
  }
  if (bytes.length === 0 && given.endless) {
    throw outOfRange(`${name}.body`, 'at least one byte', body, 'leave it out to send dots without end');
  }
  if ((truncate ?? -1) >= bytes.length) {
    throw outOfRange(`${name}.truncate`, `less than the ${bytes.length} bytes of the body`, truncate, 'cut earlier');
  }
  return {
    status,
    headers: resolveHeaders(headers, `${name}.headers`),
    body: given.endless ? Buffer.alloc(bytes.length * Math.ceil(BLOCK / bytes.length), bytes) : bytes,
    sent: given.endless ? Number.POSITIVE_INFINITY : (truncate ?? bytes.length),
    drip,
  };
}

function resolveRaw(given: Given, name: string): Flow {
  const body = resolveBody(given.raw, `${name}.raw`);
  if (body.length > 0) return { body, sent: body.length, drip: resolveDrip(given, name) };
  throw outOfRange(`${name}.raw`, 'at least one byte', given.raw, 'use { close: true } to send nothing');
}

function resolveDrip({ drip }: Given, name: string): number {
  return checkNumber(`${name}.drip`, drip, DRIP, 'leave it out to send all of it at once') ?? 0;
}

function resolveBody(body: unknown, name: string): Uint8Array {
  // Copied: what the caller does to the bytes later changes no answer. Not `instanceof`, which fails in the realms of Jest.
  if (typeof body === 'string' || types.isUint8Array(body)) return Buffer.from(body as string);
  throw wrongType(name, 'a string or a Uint8Array', body, 'use JSON.stringify(…) for data');
}

function resolveHeaders(headers: unknown, name: string): ResolvedAnswer['headers'] {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw wrongType(name, 'an object of strings', headers, 'use Object.fromEntries(…) for Headers, a Map or pairs');
  }
  const entries = Object.entries(headers).map(([header, value]) => [header, resolveHeader(header, value, name)]);
  return Object.fromEntries(entries);
}

function resolveHeader(header: string, value: unknown, name: string): string[] {
  if (/^(content-length|transfer-encoding)$/i.test(header)) {
    throw new TypeError(`\`${name}\` must not have ${header}: it follows from the body; use \`truncate\` to send less`);
  }
  return [value].flat().map((item) => {
    if (typeof item !== 'string') throw wrongType(`${name}.${header}`, 'a string or an array of strings', value);
    try {
      validateHeaderName(header);
      validateHeaderValue(header, item);
    } catch (cause) {
      throw new TypeError(`\`${name}\` must be what HTTP allows: ${(cause as Error).message}`, { cause });
    }
    return item;
  });
}
