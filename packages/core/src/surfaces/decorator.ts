import { invalid, isFunction, memberOf } from '@stamina/validation';
import { type Call, nameOfCallee } from '../call/call.ts';
import type { Policy } from '../policy/options.ts';
import type { AnyFunction } from './invoke.ts';

/** Wraps a function. `nameOf` names its calls. */
type Wrap = (fn: AnyFunction, nameOf: (call: Call) => string) => AnyFunction;

const INSTEAD = 'decorate a method, or wrap a function';

/**
 * Wraps a function, or decorates a method, depending on the arguments `given` to the policy. Decorators may be those of
 * the language, or TypeScript's `experimentalDecorators`.
 */
export function apply(policy: Policy, given: unknown[], wrap: Wrap): unknown {
  const [target, context, descriptor] = given;
  if (given.length === 1) return wrap(checkTarget(target), nameOfCallee);
  if (policy.signal) {
    throw new TypeError('`signal` must not be given to a decorator; use run');
  }
  const kind: unknown = memberOf(context, 'kind');
  const name: unknown = kind ? memberOf(context, 'name') : context;
  const metadata: unknown = memberOf(context, 'metadata');
  const legacy = descriptor as PropertyDescriptor | undefined;
  const method = kind ? target : (legacy?.value as unknown);
  if (kind ? kind !== 'method' : typeof method !== 'function') {
    throw new TypeError(`retry decorates methods, got ${kind ?? 'field'}; ${INSTEAD}`);
  }
  const fn = checkTarget(method);
  const home = kind ? undefined : target;
  const wrapped = wrap(fn, ({ thisArg }) => {
    const isHome = (object: object): boolean =>
      ownValue(object, name as PropertyKey) === wrapped || object === home || declares(classOf(object), fn, metadata);
    const has = (object: object): boolean => ownValue(object, name as PropertyKey) !== undefined;
    const owner = find(thisArg, isHome) ?? find(thisArg, has) ?? thisArg;
    return `${className(owner)}${String(name)}`;
  });
  copyMetadata(fn, wrapped);
  return kind ? wrapped : { ...legacy, value: wrapped };
}

/** Returns the first object for which `matches` holds: `object`, or one of its prototypes. */
function find(object: unknown, matches: (object: object) => boolean): object | undefined {
  let found = object as object | null | undefined;
  while (found && !matches(found)) found = Object.getPrototypeOf(found);
  return found ?? undefined;
}

function ownValue(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** Returns the class whose prototype, or static side, is `object`. */
function classOf(object: object): unknown {
  return typeof object === 'function' ? object : ownValue(object, 'constructor');
}

/**
 * Returns whether a class declares a method. A standard decorator does not get the class of its method. The wrapped
 * method cannot be looked up on the prototype if it is private, or if another decorator above has wrapped it again.
 *
 * esbuild and Babel give each class its own metadata, and pass that to decorators. TypeScript does so only if
 * `Symbol.metadata` exists. But it leaves the code of the method inside the class, so the source of the class contains
 * the source of the method.
 */
function declares(owner: unknown, method: AnyFunction, metadata: unknown): boolean {
  if (typeof owner !== 'function') return false;
  const key = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');
  return (metadata !== undefined && ownValue(owner, key) === metadata) || sourceOf(owner).includes(sourceOf(method));
}

function sourceOf(fn: unknown): string {
  return Function.prototype.toString.call(fn);
}

/** Returns the name of a class and a dot, or `''` if the class has no name. */
function className(owner: unknown): string {
  const { name } = Object(typeof owner === 'function' ? owner : (owner as object | undefined)?.constructor) as {
    name?: unknown;
  };
  return typeof name === 'string' && name ? `${name}.` : '';
}

interface MetadataReflect {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/** Copies what `reflect-metadata` holds for a method, so that NestJS finds its routes and guards on the wrapper. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataReflect;
  for (const key of getOwnMetadataKeys?.(from) ?? []) defineMetadata?.(key, getOwnMetadata?.(key, from), to);
}

function checkTarget(fn: unknown): AnyFunction {
  if (!isFunction(fn)) throw invalid('fn', 'a function', fn, INSTEAD);
  return fn;
}
