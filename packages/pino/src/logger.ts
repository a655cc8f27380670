import { checkThat, hasMethods } from '@stamina/validation';
import { stdSerializers } from 'pino';

/** Logs an object and a message. */
type LogMethod = (object: object, message?: string) => void;

/**
 * A logger with the methods of pino, which take an object and a message. It may be one that pino made, or one that does
 * nothing, such as `app.log` of Fastify without the option `logger`. The type asks only for the method that all versions
 * of pino and the type of Fastify have, whatever their levels are.
 */
export interface PinoLogger {
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
  /** Shows an error in a list as the logger shows the one in the field for errors. */
  readonly serializeError: (error: unknown) => unknown;
}

type Internals = { readonly [level: string]: LogMethod } & {
  readonly levels?: { readonly values?: object };
  readonly isLevelEnabled?: (level: string) => boolean;
  readonly [SERIALIZERS]?: Readonly<Record<string, unknown>>;
};

/** The levels of a logger that does not list them. */
const USUAL_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The symbol under which pino stores serializers. Pino registers it, so that it is the same in every copy of pino. */
const SERIALIZERS: unique symbol = Symbol.for('pino.serializers') as never;

const checkLogger = checkThat<Internals>(
  (logger) => typeof logger === 'object' && (listsLevels(logger) || hasMethods(logger, ...USUAL_LEVELS)),
  'a pino logger',
  "pass the result of pino(), or nothing for a new logger; options come second: pinoHook(undefined, { level: 'info' })",
);

/** Returns whether pino made a logger. Its levels may all be custom. */
function listsLevels(logger: Internals | null): boolean {
  return typeof logger?.isLevelEnabled === 'function' && typeof logger.levels?.values === 'object';
}

/** Checks a logger, and reads its settings. */
export function resolveLogger(logger: unknown): Target {
  const pino = checkLogger('logger', logger);
  const errorKey = errorKeyOf(pino);
  return {
    log(level, event, fields) {
      // Pino reports `silent` as enabled, although it writes nothing at this level.
      if (level === 'silent' || pino.isLevelEnabled?.(level) === false) return;
      pino[level]?.(fields(), event);
    },
    levels: listsLevels(pino) ? Object.keys(pino.levels?.values ?? {}) : USUAL_LEVELS,
    errorKey,
    serializes: (field) => pino[SERIALIZERS]?.[field] !== undefined,
    serializeError: (error) => {
      const own = pino[SERIALIZERS]?.[errorKey] as ((error: unknown) => unknown) | undefined;
      return (own ?? stdSerializers.err)(error as Error);
    },
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
