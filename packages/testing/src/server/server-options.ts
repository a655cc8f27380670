import { createSecureContext, type SecureContext } from 'node:tls';
import { types } from 'node:util';
import { type Check, checkKeys, checkOptions, invalid, type OptionTable } from '@stamina/validation';
import { checkTimer } from '../options/checks.ts';

/** A certificate for 127.0.0.1 and its private key. */
export interface FlakyTls {
  /** The private key in PEM form. */
  readonly key: string | Uint8Array;
  /** The certificate in PEM form. The certificates of its issuers may follow. */
  readonly cert: string | Uint8Array;
}

/** Options of `flakyServer`. */
export interface FlakyServerOptions {
  /** Makes the server speak HTTPS with this certificate. Default: plain HTTP. */
  readonly tls?: FlakyTls | undefined;
  /**
   * Closes a connection that has been idle for this many milliseconds after an answer, as real servers do. At least 1
   * and at most 2³¹−1. Default: idle connections stay open. The server announces the time in the header
   * `Keep-Alive: timeout=…`. That header counts whole seconds, so times below one second are not announced.
   */
  readonly keepAliveTimeout?: number | undefined;
}

/** The checked options of a server. */
export interface ResolvedFlakyServerOptions {
  /** `undefined` for plain HTTP. */
  readonly tls: SecureContext | undefined;
  /** Milliseconds; 0 for no limit. */
  readonly keepAliveTimeout: number;
}

const checkPem: Check<Buffer> = (name, value) => {
  if (typeof value === 'string' || types.isUint8Array(value)) return Buffer.from(value as string);
  throw invalid(name, 'a string or a Uint8Array in PEM form', value, 'use readFileSync(…)');
};

const checkTls: Check<SecureContext> = (name, value) => {
  checkKeys(name, value, ['key', 'cert'], 'use { key, cert }, both in PEM form');
  const { key, cert } = value as { readonly key?: unknown; readonly cert?: unknown };
  const pair = { key: checkPem(`${name}.key`, key), cert: checkPem(`${name}.cert`, cert) };
  try {
    return createSecureContext(pair);
  } catch (cause) {
    // The message does not show the key, because messages may end up in a log.
    const { message } = cause as Error;
    throw new TypeError(
      `\`${name}\` must be a private key and its certificate, both in PEM form; OpenSSL reports: ${message}`,
      { cause },
    );
  }
};

const OPTIONS: OptionTable<ResolvedFlakyServerOptions> = {
  tls: { check: checkTls },
  keepAliveTimeout: {
    default: 0,
    check: checkTimer(
      1,
      'leave it out to keep connections open, or send the header connection: close to close each after its answer',
    ),
  },
};

/** Checks the options of a server. */
export function resolveFlakyServerOptions(options: unknown): ResolvedFlakyServerOptions {
  return checkOptions('options of flakyServer', options, OPTIONS, 'use { tls: { key, cert } } for HTTPS');
}
