import { invalid, invalidRange } from '@stamina/validation';
import { type CheckedStep, checkStep, type Headers } from './check-step.ts';
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

/**
 * A checked step. The server waits for `delayMs`, sends the answer or the raw bytes, if any, and then does what `end`
 * says.
 */
export interface ResolvedStep {
  /** The number of bytes of the request's body to wait for; Infinity for all of them. */
  readonly readBytes: number;
  readonly delayMs: number;
  readonly answer: ResolvedAnswer | undefined;
  readonly raw: ByteFlow | undefined;
  /** The announcement that precedes the answer, if any. */
  readonly goAway: GoAwayFrame | undefined;
  /** The error code with which to reset the stream. */
  readonly resetStream: number | undefined;
  readonly end: 'answered' | 'goAway' | (typeof ENDS)[number];
}

/** The content of a GOAWAY frame. */
export interface GoAwayFrame {
  readonly code: number;
  /** `undefined` for the stream of the request. */
  readonly lastStreamId: number | undefined;
}

/** Bytes to send, and the pace at which to send them. */
export interface ByteFlow {
  readonly bytes: Uint8Array;
  /** The number of bytes to send. Infinity repeats the bytes until the client leaves. */
  readonly sent: number;
  /** The pause before each byte; 0 to send them all at once. */
  readonly dripMs: number;
}

/** The part of a checked step that makes an HTTP answer. */
export interface ResolvedAnswer extends ByteFlow {
  readonly status: number;
  readonly headers: Headers;
}

const ANSWER = ['status', 'headers', 'body', 'truncate', 'drip', 'endless'] as const;
const ENDS = ['reset', 'close', 'hang', 'resetStream'] as const;
const HTTP2_KEYS = ['resetStream', 'goAway', 'lastStreamId'] as const;
/** The statuses of answers that never have a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS: readonly number[] = [204, 205, 304];
/** The smallest piece of an endless body. Many small writes would leave this process no time for other work. */
const LEAST_PIECE = 2 ** 16;

/** Checks a step. Error messages call it `name`. `isHttp2` says whether the server speaks HTTP/2. */
function resolveStep(name: string, value: unknown, isHttp2: boolean): ResolvedStep {
  const step = checkStep(name, value);
  const { answerKey, end } = checkTogether(name, step);
  const { delay, read, raw, truncate, drip = 0, resetStream, goAway: code, lastStreamId } = step;
  const http2Key = HTTP2_KEYS.find((key) => step[key] !== undefined);
  if (http2Key && !isHttp2) {
    throw new TypeError(`\`${name}.${http2Key}\` needs HTTP/2; start the server with { http2: true }`);
  }
  return {
    readBytes: read,
    delayMs: delay,
    answer: raw || ((end ?? code) !== undefined && !answerKey) ? undefined : resolveAnswer(name, step),
    raw: raw && { bytes: raw, sent: raw.length, dripMs: drip },
    resetStream,
    goAway: code === undefined ? undefined : { code, lastStreamId },
    end: end ?? (code !== undefined ? 'goAway' : truncate !== undefined || raw ? 'close' : 'answered'),
  };
}

/**
 * Throws a TypeError if keys of a step contradict each other. Otherwise returns the first key that describes an answer,
 * and the key that ends the connection, if the step has them.
 */
function checkTogether(
  name: string,
  step: CheckedStep,
): { readonly answerKey: string | undefined; readonly end: (typeof ENDS)[number] | undefined } {
  const has = (key: keyof CheckedStep): boolean => step[key] !== undefined;
  const clash = (one: string, other: string, why: string): TypeError =>
    new TypeError(`\`${name}\` has both \`${one}\` and \`${other}\`, but ${why}; remove one of the two`);
  const [end, secondEnd] = ENDS.filter(has);
  const answerKey = ANSWER.find((key) => has(key) && !(key === 'drip' && has('raw')));
  if (end && secondEnd) throw clash(end, secondEnd, 'a connection can end in one way only');
  if (answerKey && has('raw')) throw clash(answerKey, 'raw', 'raw bytes replace the whole answer');
  if (end && answerKey && !has('truncate'))
    throw clash(answerKey, end, 'only an answer with `truncate` can end like that');
  const clashing = (['raw', 'truncate', 'endless', ...ENDS] as const).find(has);
  if (has('goAway') && clashing) throw clash('goAway', clashing, 'only a whole answer can follow it');
  if (step.lastStreamId === 0 && answerKey) throw clash(answerKey, 'lastStreamId', '0 says that nothing was processed');
  if (has('lastStreamId') && !has('goAway')) {
    throw new TypeError(`\`${name}\` has \`lastStreamId\` but not \`goAway\`; add the \`goAway\` that it belongs to`);
  }
  if (has('endless') && has('truncate')) throw clash('endless', 'truncate', 'a body without an end cannot be cut');
  return { answerKey, end };
}

function resolveAnswer(name: string, step: CheckedStep): ResolvedAnswer {
  const { status = 200, headers = {}, truncate, endless, drip: dripMs = 0 } = step;
  const bytes = step.body ?? Buffer.alloc(dotsFor(step), '.');
  if (bytes.length > 0 && BODILESS.includes(status)) {
    throw invalid(`${name}.status`, 'a status that can have a body', status, 'use another status, or send no body');
  }
  if (bytes.length === 0 && endless) {
    throw invalidRange(`${name}.body`, 'at least one byte', 'none', 'leave it out to send dots without end');
  }
  if (truncate !== undefined && truncate >= bytes.length) {
    throw invalidRange(`${name}.truncate`, `less than the ${bytes.length} bytes of the body`, `${truncate}`);
  }
  return {
    status,
    headers,
    bytes: endless ? Buffer.alloc(bytes.length * Math.ceil(LEAST_PIECE / bytes.length), bytes) : bytes,
    sent: endless ? Infinity : (truncate ?? bytes.length),
    dripMs,
  };
}

/** Returns the number of dots that stand for a missing body, because the step repeats, cuts or slows down its body. */
function dotsFor({ endless, truncate, drip }: CheckedStep): number {
  if (endless) return 1;
  if (truncate !== undefined) return truncate + 10;
  return drip === undefined ? 0 : 10;
}
