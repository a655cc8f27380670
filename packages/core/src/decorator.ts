import { isClass } from './class.ts';
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
  const { kind, name } = Object(context) as Partial<ClassMethodDecoratorContext>;
  if (kind) {
    if (kind !== 'method') throw new TypeError(`retry cannot decorate a ${String(kind)}; ${INSTEAD}`);
    return decorate(checkTarget(target), name, wrap);
  }
  const method = (descriptor as PropertyDescriptor | undefined)?.value as unknown;
  if (typeof method !== 'function')
    throw new TypeError(`retry cannot decorate \`${String(context)}\`, which is no method; ${INSTEAD}`);
  return { ...(descriptor as PropertyDescriptor), value: decorate(method as AnyFunction, context, wrap) };
}

function decorate(method: AnyFunction, key: unknown, wrap: Wrap): AnyFunction {
  const wrapped = wrap(method, (self) => `${ownerOf(self, key, wrapped)}${String(key)}`);
  copyMetadata(method, wrapped);
  return wrapped;
}

/** `Class.`, of the class that has the method, which may be a parent of the object's own. */
function ownerOf(self: unknown, key: unknown, method: unknown): string {
  for (let owner = self as object | null | undefined; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.getOwnPropertyDescriptor(owner, key as PropertyKey)?.value === method) return prefixOf(owner);
  }
  return prefixOf(self); // A private method is on no prototype.
}

function prefixOf(owner: unknown): string {
  const { name } = ((typeof owner === 'function' ? owner : owner?.constructor) ?? {}) as { name?: unknown };
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
    throw new TypeError(`retry(options) must be given a function, got ${fn === null ? 'null' : typeof fn}; ${INSTEAD}`);
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
