import { invalid, isFunction, memberOf } from '@stamina/validation';
import type { Call } from '../call/call.ts';
import { nameOfCallee } from '../call/notify.ts';
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
    throw new TypeError('`signal` must not be given to a decorator; use run(fn, { signal })');
  }
  const kind: unknown = memberOf(context, 'kind');
  const name = (kind ? memberOf(context, 'name') : context) as PropertyKey;
  const legacy = descriptor as PropertyDescriptor | undefined;
  const method: unknown = kind ? target : legacy?.value;
  if (kind ? kind !== 'method' : typeof method !== 'function') {
    throw new TypeError(`retry decorates methods, got ${kind ?? 'field'}; ${INSTEAD}`);
  }
  const fn = checkTarget(method);
  const home = kind ? undefined : target;
  const wrapped = wrap(fn, ({ thisArg }) => {
    // The class that defines the method. Another decorator or a private name may hide the wrapped method. Then this is
    // the first class that has a method of this name. If there is none, it is the class of the object.
    const owner =
      find(thisArg, (object) => object === home || ownValue(object, name) === wrapped) ??
      find(thisArg, (object) => Object.hasOwn(object, name)) ??
      thisArg;
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

/** Returns the name of a class and a dot, or `''` if the class has no name. */
function className(owner: unknown): string {
  const { name } = Object(typeof owner === 'function' ? owner : (owner as object | undefined)?.constructor) as {
    name?: unknown;
  };
  return typeof name === 'string' && name ? `${name}.` : '';
}

/** `Reflect` with the three functions that `reflect-metadata` adds to it. */
interface MetadataReflect {
  getOwnMetadataKeys(target: object): unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/** Copies what `reflect-metadata` holds for a method, so that NestJS finds its routes and guards on the wrapper. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as Partial<MetadataReflect> as MetadataReflect;
  if (!getOwnMetadataKeys) return;
  for (const key of getOwnMetadataKeys(from)) defineMetadata(key, getOwnMetadata(key, from), to);
}

function checkTarget(fn: unknown): AnyFunction {
  if (!isFunction(fn)) throw invalid('fn', 'a function', fn, INSTEAD);
  return fn;
}
