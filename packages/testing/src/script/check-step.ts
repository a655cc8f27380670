import { validateHeaderName, validateHeaderValue } from 'node:http';
import { types } from 'node:util';
import {
  type Check,
  checkInteger,
  checkOptions,
  checkThat,
  checkTimer,
  invalid,
  invalidRange,
  type OptionTable,
  show,
} from '@stamina/validation';
import { HTTP2_ERRORS, type Http2ErrorName } from './step.ts';

/** Checked headers. A header with several values is sent once for each of them. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** Checks the headers of a step, and copies them. */
const checkHeaders: Check<Headers> = (name, headers) => {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw invalid(name, 'an object of strings', headers, 'use Object.fromEntries(…) for Headers, a Map or pairs');
  }
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header, checkHeader(name, header, value)]),
  );
};

const checkValue: Check<string> = checkThat((value) => typeof value === 'string', 'a string or an array of strings');

function checkHeader(name: string, header: string, value: unknown): string[] {
  if (/^(content-length|transfer-encoding)$/i.test(header)) {
    throw new TypeError(
      `\`${name}\` must not have ${header}, because the server sets it from the body; use \`truncate\` to send less`,
    );
  }
  return [value].flat().map((item) => {
    const text = checkValue(`${name}.${header}`, item);
    try {
      validateHeaderName(header);
      validateHeaderValue(header, text);
    } catch (cause) {
      throw new TypeError(`\`${name}\` must be valid in HTTP; Node reports: ${(cause as Error).message}`, { cause });
    }
    return text;
  });
}

/** The checked keys of a step. A key that was left out is `undefined`, unless it has a default. */
export interface CheckedStep {
  readonly delay: number;
  /** The number of bytes to read; Infinity for the whole body. */
  readonly read: number;
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly body: Uint8Array | undefined;
  readonly truncate: number | undefined;
  readonly drip: number | undefined;
  readonly endless: true | undefined;
  readonly raw: Uint8Array | undefined;
  readonly reset: true | undefined;
  readonly close: true | undefined;
  readonly hang: true | undefined;
  /** An error code of HTTP/2. */
  readonly resetStream: number | undefined;
  /** An error code of HTTP/2. */
  readonly goAway: number | undefined;
  readonly lastStreamId: number | undefined;
}

// The limit is 256 MiB, which certainly fit into memory.
const checkByteCount = checkInteger(0, 2 ** 28, 'a whole number of bytes');

const checkFlag: Check<true> = checkThat((value) => value === true, 'true', 'leave it out if you do not want it');

/** Returns a copy of the bytes, so that the caller cannot change an answer by changing them later. */
const checkBytes: Check<Uint8Array> = (name, value) => {
  // `instanceof` would refuse the arrays of other realms, such as those of Jest.
  if (typeof value === 'string' || types.isUint8Array(value)) return Buffer.from(value as string);
  throw invalid(name, 'a string or a Uint8Array', value, 'use JSON.stringify(…) for data');
};

const checkRaw: Check<Uint8Array> = (name, value) => {
  const bytes = checkBytes(name, value);
  if (bytes.length > 0) return bytes;
  throw invalidRange(name, 'at least one byte', 'none', 'use { close: true } to send nothing');
};

const checkCode: Check<number> = (name, value) => {
  const code = HTTP2_ERRORS.indexOf(value as Http2ErrorName);
  if (code >= 0) return code;
  if (typeof value === 'string') {
    throw invalidRange(
      name,
      'the name of an error code of HTTP/2',
      show(value),
      `allowed are ${HTTP2_ERRORS.join(', ')}`,
    );
  }
  return checkInteger(0, 2 ** 32 - 1, 'an error code of HTTP/2')(name, value);
};

const OPTIONS: OptionTable<CheckedStep> = {
  delay: { default: 0, check: checkTimer(0, 'use { hang: true } to never answer') },
  read: { default: Infinity, check: checkByteCount },
  status: { check: checkInteger(200, 599) },
  headers: { check: checkHeaders },
  body: { check: checkBytes },
  truncate: { check: checkByteCount },
  drip: { check: checkTimer(1, 'leave it out to send all bytes at once') },
  endless: { check: checkFlag },
  raw: { check: checkRaw },
  reset: { check: checkFlag },
  close: { check: checkFlag },
  hang: { check: checkFlag },
  resetStream: { check: checkCode },
  goAway: { check: checkCode },
  lastStreamId: { check: checkInteger(0, 2 ** 31 - 1, 'the number of a stream') },
};

/** Checks each key of a step on its own. Error messages call the step `name`. */
export function checkStep(name: string, value: unknown): CheckedStep {
  return checkOptions(name, value, inPath(name, OPTIONS), 'use a step such as { status: 503 } or { reset: true }');
}

/** Returns `table` with checks that call each option by its full path, such as `script[1].status`. */
function inPath<Resolved extends object>(path: string, table: OptionTable<Resolved>): OptionTable<Resolved> {
  const rows = Object.entries<OptionTable<Resolved>[keyof Resolved]>(table).map(([key, row]) => {
    const check: Check<unknown> = (name, value) => row.check?.(`${path}.${name}`, value);
    return [key, { ...row, check }];
  });
  return Object.fromEntries(rows);
}
