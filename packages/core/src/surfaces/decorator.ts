import { invalid, isFunction } from '@stamina/validation';
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
  const { kind, name = context } = Object(context) as { kind?: unknown; name?: unknown };
  const legacy = descriptor as PropertyDescriptor | undefined;
  const method = kind ? target : (legacy?.value as unknown);
  if (kind ? kind !== 'method' : typeof method !== 'function') {
    throw new TypeError(`retry decorates methods, got ${kind ?? 'field'}; ${INSTEAD}`);
  }
  const fn = checkTarget(method);
  const wrapped = wrap(fn, ({ thisArg }) => `${ownerOf(thisArg, name as PropertyKey, wrapped)}${String(name)}`);
  copyMetadata(fn, wrapped);
  return kind ? wrapped : { ...legacy, value: wrapped };
}

/** Returns `Class.` for the class that has the method, which may be a parent of the object's own class. */
function ownerOf(thisArg: unknown, key: PropertyKey, method: unknown): string {
  let owner = thisArg as object | null | undefined;
  while (owner && Object.getOwnPropertyDescriptor(owner, key)?.value !== method) owner = Object.getPrototypeOf(owner);
  owner ??= thisArg as object | undefined; // A private method is on no prototype.
  const { name } = Object(typeof owner === 'function' ? owner : owner?.constructor) as { name?: unknown };
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
