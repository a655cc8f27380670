import { checkThat } from '@stamina/validation';

/** Logs an object and a message. */
type LogMethod = (object: object, message?: string) => void;

/**
 * The type of a pino logger, reduced to what all versions of pino and Fastify's type of `app.log` have in common. The
 * logger itself must be one that pino made.
 */
export interface PinoLogger {
  child: (bindings: any, options?: any) => unknown;
  silent: LogMethod;
}

/** The levels of a logger, its custom ones included. They are the methods that have the same type as `silent`. */
export type LevelOf<Logger extends PinoLogger> = Extract<
  { [Key in keyof Logger]: Same<Logger[Key], Logger['silent']> extends true ? Key : never }[keyof Logger],
  string
>;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A checked logger, with only what the hook needs of it. */
export interface Target {
  /** Writes one line if the level is enabled. Calls `fields` only then, because copying arguments takes time. */
  log(level: string, event: string, fields: () => Record<string, unknown>): void;
  /** The names of all levels, including custom ones. */
  readonly levels: readonly string[];
  /** The name of the field for errors. */
  readonly errorKey: string;
  /** Returns whether the logger has a serializer for this field. */
  serializes(field: string): boolean;
}

type Internals = { readonly [level: string]: LogMethod } & {
  readonly levels: { readonly values: object };
  readonly isLevelEnabled: (level: string) => boolean;
  readonly [SERIALIZERS]?: Readonly<Record<string, unknown>>;
};

/** The symbol under which pino stores serializers. Pino registers it, so that it is the same in every copy of pino. */
const SERIALIZERS: unique symbol = Symbol.for('pino.serializers') as never;

const checkLogger = checkThat<Internals>(
  (logger) => typeof logger?.isLevelEnabled === 'function' && typeof logger.levels?.values === 'object',
  'a pino logger',
  "pass the result of pino(), or nothing for a new logger; options come second: pinoHook(undefined, { level: 'info' })",
);

/** Checks a logger, and reads its settings. */
export function resolveLogger(logger: unknown): Target {
  const pino = checkLogger('logger', logger);
  return {
    log(level, event, fields) {
      // Pino reports `silent` as enabled, although it writes nothing at this level.
      if (level !== 'silent' && pino.isLevelEnabled(level)) pino[level]?.(fields(), event);
    },
    levels: Object.keys(pino.levels.values),
    errorKey: errorKeyOf(pino),
    serializes: (field) => pino[SERIALIZERS]?.[field] !== undefined,
  };
}

/**
 * Returns the name of the field into which a logger puts errors. Pino stores it under a symbol, which each copy of pino
 * creates anew. Therefore this searches by the symbol's description. Early versions of pino have no such symbol, and
 * always use `err`.
 */
function errorKeyOf(logger: object): string {
  for (let holder = logger; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const symbol = Object.getOwnPropertySymbols(holder).find(({ description }) => description === 'pino.errorKey');
    if (symbol) return Reflect.get(holder, symbol);
  }
  return 'err';
}
