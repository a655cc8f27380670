import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type Check, checkThat, invalid } from '@stamina/validation';

/** Checked headers. A header with several values is sent once for each of them. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** Checks the headers of a step, and copies them. */
export const checkHeaders: Check<Headers> = (name, headers) => {
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
