import {
  type Answer,
  answer,
  type Fields,
  type Finding,
  isKind,
  judgeConnection,
  type Kind,
  lookUp,
  type Rows,
} from './walk.ts';

/** The status codes of gRPC and Connect: https://grpc.io/docs/guides/status-codes */
const CODES: Rows = {
  // CANCELLED: the caller cancelled the call. [seen]
  1: 'never',
  // DEADLINE_EXCEEDED: the call took longer than its deadline allows. [seen]
  4: 'unavailable',
  // RESOURCE_EXHAUSTED, if the server says when to come back. Otherwise a quota may be used up, or a message may be too
  // long. [seen]
  8: 'throttled',
  // ABORTED: the call conflicts with others, such as transactions. [seen]
  10: 'conflict',
  // UNAVAILABLE: the connection was lost, or the server cannot serve. [seen]
  14: 'unavailable',
};

/** Matches the message of INTERNAL if the connection was lost, or the server refused the stream. */
const LOST = /^Received RST_STREAM .*(?:ECONNRESET|EPIPE|ETIMEDOUT)|^Received RST_STREAM with code 7\b/;

function judge(error: Fields): Finding {
  const { code, metadata } = error;
  // Other errors have numbers too, such as the exit code of a process.
  if (typeof code !== 'number' || typeof metadata?.get !== 'function') return judgeConnection(error);
  const kind = code === 13 && LOST.test(error.details) ? 'unavailable' : lookUp(CODES, code);
  if (kind === undefined || kind === 'never') return kind;
  const atLeast = waitOf(error);
  if (atLeast === undefined) return kind === 'throttled' ? undefined : kind;
  return atLeast < 0 ? 'never' : { kind: kind as Kind, atLeast };
}

/**
 * Returns the wait that the server requests, in ms. The server sends it as `grpc-retry-pushback-ms`, where a negative
 * number forbids a retry (gRFC A6), or as a RetryInfo among the details of the status.
 */
function waitOf({ metadata, details }: Fields): number | undefined {
  // The metadata of grpc-js has lists of values, and that of Connect is a `Headers`.
  const found = metadata.get('grpc-retry-pushback-ms');
  const pushback = Array.isArray(found) ? found[0] : found;
  if (pushback) return Number.isInteger(Number(pushback)) ? Number(pushback) : -1;
  if (Array.isArray(details)) {
    const retryInfo = details.find(({ type }) => type === RETRY_INFO);
    return retryInfo && delayOf(retryInfo.value);
  }
  const [status] = metadata.get('grpc-status-details-bin');
  return status && delayOfStatus(status);
}

const RETRY_INFO = 'google.rpc.RetryInfo';

/** Finds the RetryInfo in a `google.rpc.Status`, whose third field is a list of `google.protobuf.Any`. */
function delayOfStatus(status: Uint8Array): number | undefined {
  for (const detail of fieldsOf(status)) {
    if (detail.number !== 3) continue;
    const [type, value] = [1, 2].map((number) => fieldsOf(detail.bytes).find((field) => field.number === number));
    if (type && value && new TextDecoder().decode(type.bytes).endsWith(`/${RETRY_INFO}`)) return delayOf(value.bytes);
  }
  return undefined;
}

/** Reads the only field of a RetryInfo, a `google.protobuf.Duration` of seconds and nanoseconds, in ms. */
function delayOf(retryInfo: Uint8Array): number | undefined {
  const [delay] = fieldsOf(retryInfo);
  if (!delay) return undefined;
  const parts = fieldsOf(delay.bytes);
  const [seconds, nanos] = [1, 2].map((number) => parts.find((part) => part.number === number)?.value ?? 0);
  return Math.ceil((seconds as number) * 1_000 + (nanos as number) / 1_000_000);
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

/** Reads the fields of a message of Protocol Buffers that are numbers or bytes. It stops before any other field. */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readNumber = (): number => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0;
      number += (byte & 127) * factor;
      if (byte < 128) return number;
    }
  };
  while (at < message.length) {
    const tag = readNumber();
    const wire = tag & 7;
    if (wire !== 0 && wire !== 2) break;
    const value = readNumber();
    const bytes = message.subarray(at, wire === 2 ? at + value : at);
    at += bytes.length;
    fields.push({ number: tag >> 3, value, bytes });
  }
  return fields;
}

/**
 * Returns whether the server aborted the call because of others. Nothing happened, so the whole transaction can be
 * repeated.
 */
export function isConflict(error: unknown): boolean {
  return isKind(error, judge, 'conflict');
}

/**
 * Returns whether the connection was lost, or the server did not answer in time. The call may have been executed, so
 * repeat only what is idempotent. Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isUnavailable(error: unknown): Answer {
  return answer(error, judge, 'unavailable');
}

/**
 * Returns `{ atLeast }`, in ms, if the server has no resources for now and says when to come back. Otherwise returns
 * false, because a quota may be used up for the day.
 */
export function isThrottled(error: unknown): Answer {
  return answer(error, judge, 'throttled');
}

/**
 * Returns whether an error is worth a retry, because it is a conflict, or because the server is unavailable or
 * throttles. Returns `{ atLeast }`, in ms, instead of `true` if the server says when to come back.
 */
export function isTransient(error: unknown): Answer {
  return answer(error, judge);
}
