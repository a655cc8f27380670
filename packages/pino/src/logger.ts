import { complaint } from './invalid.ts';

/** Logs an object and a message. */
type LogMethod = (object: object, message?: string) => void;

/** What is needed of a pino logger, of whatever version. Fastify's `app.log` is one too. */
export interface PinoLogger {
  child: (bindings: any, options?: any) => unknown;
  silent: LogMethod;
}

/** The levels of a logger by its type, its custom ones included: its methods that are called alike. */
export type LevelOf<Logger extends PinoLogger> = Extract<
  { [Key in keyof Logger]: Same<Logger[Key], Logger['silent']> extends true ? Key : never }[keyof Logger],
  string
>;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A logger once checked, and what it was told to do with errors and arguments. */
export interface Target {
  /** Writes one line, if the level is enabled: what is in it is asked for only then. */
  log(level: string, event: string, fields: () => Record<string, unknown>): void;
  readonly levels: readonly string[];
  readonly errorKey: string;
  /** Whether it has a serializer of its own for this field. */
  serializes(field: string): boolean;
}

type Internals = { readonly [level: string]: LogMethod } & {
  readonly levels: { readonly values: object };
  readonly isLevelEnabled: (level: string) => boolean;
  readonly [SERIALIZERS]?: Readonly<Record<string, unknown>>;
};

/** A symbol that pino registers, for loggers of every copy of it. */
const SERIALIZERS: unique symbol = Symbol.for('pino.serializers') as never;

/** Checks that a logger can be used as pino's are. */
export function resolveLogger(logger: unknown): Target {
  const pino = logger as Internals;
  if (typeof pino?.isLevelEnabled !== 'function' || typeof pino.levels?.values !== 'object') {
    throw new TypeError(
      complaint(
        'logger',
        'a pino logger',
        logger,
        "pass what `pino()` returned, or nothing for a new one; options come second: pinoHook(undefined, { level: 'info' })",
      ),
    );
  }
  return {
    log(level, event, fields) {
      // Pino deems `silent` enabled, and writes nothing.
      if (level !== 'silent' && pino.isLevelEnabled(level)) pino[level]?.(fields(), event);
    },
    levels: Object.keys(pino.levels.values),
    errorKey: errorKeyOf(pino),
    serializes: (field) => pino[SERIALIZERS]?.[field] !== undefined,
  };
}

/** Where a logger puts errors. It tells that by a symbol, of which each copy of pino has its own; early ones have none. */
function errorKeyOf(logger: object): string {
  for (let holder = logger; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const symbol = Object.getOwnPropertySymbols(holder).find(({ description }) => description === 'pino.errorKey');
    if (symbol) return Reflect.get(holder, symbol);
  }
  return 'err';
}
