import { createSecureContext, type SecureContext } from 'node:tls';
import { types } from 'node:util';
import { checkKeys, checkNumber, type Range, wrongType } from './invalid.ts';

/** A certificate for 127.0.0.1, and its key. */
export interface FlakyTls {
  /** The private key, in PEM form. */
  readonly key: string | Uint8Array;
  /** The certificate, in PEM form, followed by those it was issued by, if any. */
  readonly cert: string | Uint8Array;
}

/** How a flaky server listens. */
export interface FlakyServerOptions {
  /** Speak HTTPS with this certificate; default plain HTTP. */
  readonly tls?: FlakyTls | undefined;
  /**
   * Close a connection once it has been idle for this many milliseconds after an answer, as real servers do; at least 1;
   * default never. Announced by `Keep-Alive: timeout=…`, which counts whole seconds, unless it is less than one.
   */
  readonly keepAliveTimeout?: number | undefined;
}

/** Checked options of a server. */
export interface ResolvedOptions {
  /** `undefined` for plain HTTP. */
  readonly secureContext: SecureContext | undefined;
  /** 0 for no limit. */
  readonly keepAliveTimeout: number;
}

const TIMEOUT: Range = { what: 'milliseconds', least: 1, most: 2 ** 31 - 1, fractions: true };

/** Checks a server's options, and makes what TLS needs. */
export function resolveOptions(options: unknown): ResolvedOptions {
  checkKeys('options', options, ['tls', 'keepAliveTimeout'], 'use { tls: { key, cert } } for HTTPS');
  const { tls, keepAliveTimeout } = options as { readonly tls?: unknown; readonly keepAliveTimeout?: unknown };
  const instead = 'leave it out to keep connections open, or send the header connection: close to keep none';
  return {
    secureContext: tls === undefined ? undefined : resolveTls(tls),
    keepAliveTimeout: checkNumber('options.keepAliveTimeout', keepAliveTimeout, TIMEOUT, instead) ?? 0,
  };
}

function resolveTls(tls: unknown): SecureContext {
  checkKeys('options.tls', tls, ['key', 'cert'], 'use { key, cert }, both in PEM form');
  const { key, cert } = tls as Readonly<Record<string, unknown>>;
  const pair = { key: readPem('key', key), cert: readPem('cert', cert) };
  try {
    return createSecureContext(pair);
  } catch (cause) {
    // Without the key itself, which belongs in no log.
    throw new TypeError(
      `\`options.tls\` must be a private key and its certificate, both in PEM form; OpenSSL says: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function readPem(name: string, pem: unknown): Buffer {
  if (typeof pem === 'string' || types.isUint8Array(pem)) return Buffer.from(pem as string);
  throw wrongType(`options.tls.${name}`, 'a string or a Uint8Array in PEM form', pem, 'use readFileSync(…)');
}
