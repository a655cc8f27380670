import { isClass } from './class.ts';
import { show } from './invalid.ts';
import type { Policy } from './options.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Wrap = (fn: AnyFunction, nameOf?: (self: unknown) => string) => AnyFunction;

const INSTEAD = 'decorate a method, or wrap a function: retry(options)(fn)';

/** Applies `wrap` as what it is called as: a wrapper, a TC39 decorator, or one of TypeScript's legacy kind. */
export function apply(policy: Policy, given: unknown[], wrap: Wrap): unknown {
  const [target, context, descriptor] = given;
  if (given.length === 1) return wrap(checkTarget(target));
  if (policy.signal) {
    throw new TypeError(
      '`signal` must not be given to a decorator: one signal would abort the calls of all objects; use run(fn, { signal })',
    );
  }
  const { kind, name = context } = Object(context) as { kind?: unknown; name?: unknown };
  const legacy = descriptor as PropertyDescriptor | undefined;
  const method = kind ? target : (legacy?.value as unknown);
  if (kind ? kind !== 'method' : typeof method !== 'function') {
    const what = kind ? `a ${String(kind)}` : `\`${String(context)}\`, which is no method`;
    throw new TypeError(`retry cannot decorate ${what}; ${INSTEAD}`);
  }
  const fn = checkTarget(method);
  const wrapped = wrap(fn, (self) => `${ownerOf(self, name as PropertyKey, wrapped)}${String(name)}`);
  copyMetadata(fn, wrapped);
  return kind ? wrapped : { ...legacy, value: wrapped };
}

/** `Class.`, of the class that has the method, which may be a parent of the object's own. */
function ownerOf(self: unknown, key: PropertyKey, method: unknown): string {
  let owner = self as object | null | undefined;
  while (owner && Object.getOwnPropertyDescriptor(owner, key)?.value !== method) owner = Object.getPrototypeOf(owner);
  owner ??= self as object | undefined; // A private method is on no prototype.
  const { name } = Object(typeof owner === 'function' ? owner : owner?.constructor) as { name?: unknown };
  return name ? `${name}.` : '';
}

interface MetadataReflect {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}

/** What `reflect-metadata` holds for the method (NestJS's routes and guards) must be found on the wrapper. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataReflect;
  for (const key of getOwnMetadataKeys?.(from) ?? []) defineMetadata?.(key, getOwnMetadata?.(key, from), to);
}

function checkTarget(fn: unknown): AnyFunction {
  if (typeof fn !== 'function')
    throw new TypeError(`retry(options) must be given a function, got ${show(fn)}; ${INSTEAD}`);
  if (isClass(fn)) throw new TypeError(`retry cannot wrap the class ${fn.name}; ${INSTEAD}`);
  return fn as AnyFunction;
}

/** Makes `wrapper` look like `fn`: name, length, and what else was put on it. */
export function imitate(fn: AnyFunction, wrapper: AnyFunction): AnyFunction {
  const {
    prototype: _,
    arguments: __,
    caller: ___,
    ...own
  } = Object.getOwnPropertyDescriptors(fn) as PropertyDescriptorMap;
  return Object.defineProperties(wrapper, own) as AnyFunction;
}
