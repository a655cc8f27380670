import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root, with a slash at its end. */
export const ROOT = join(import.meta.dirname, '../');

/** The folder in which gates may leave files. Git ignores it. */
export const REPORTS = join(ROOT, 'reports/');

type Conditions = { readonly [condition: string]: string | Conditions };

/** A package that is published. */
export interface Package {
  readonly name: string;
  /** The folder's name under `packages`. */
  readonly folder: string;
  /** Absolute, with a slash at its end. */
  readonly path: string;
  readonly entries: readonly Entry[];
}

/** A module that users import, which is one line of `exports`. */
export interface Entry {
  /** The name that users import, such as `@stamina/core/sync`. */
  readonly specifier: string;
  /** A file name for it, such as `sync`, or `index` for the package itself. */
  readonly name: string;
  /** The built files, absolute. */
  readonly esm: string;
  readonly cjs: string;
  readonly esmTypes: string;
  readonly cjsTypes: string;
  /** `true` if importing it does something. Such a module need not export anything. */
  readonly sideEffects: boolean;
}

function readPackage(folder: string): Package | undefined {
  const path = join(ROOT, 'packages', folder, '/');
  const manifest: { name: string; private?: boolean; exports: Conditions; sideEffects: false | string[] } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  );
  if (manifest.private) return undefined;
  const entries = Object.entries(manifest.exports)
    .filter(([subpath]) => subpath !== './package.json')
    .map(([subpath, conditions]): Entry => {
      const file = (...keys: string[]) => {
        let target: string | Conditions | undefined = conditions;
        for (const key of keys) target = typeof target === 'object' ? target[key] : undefined;
        if (typeof target === 'string') return join(path, target);
        throw new Error(`${manifest.name}: exports["${subpath}"] has no ${keys.join('.')}`);
      };
      return {
        specifier: join(manifest.name, subpath),
        name: subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-'),
        esm: file('import', 'default'),
        cjs: file('require', 'default'),
        esmTypes: file('import', 'types'),
        cjsTypes: file('require', 'types'),
        sideEffects: (manifest.sideEffects || []).some((effect) => join(path, effect) === file('import', 'default')),
      };
    });
  return { name: manifest.name, folder, path, entries };
}

/** Every published package, by folder. */
export const packages: readonly Package[] = readdirSync(join(ROOT, 'packages'), { withFileTypes: true })
  .filter((found) => found.isDirectory())
  .map(({ name }) => readPackage(name))
  .filter((found) => found !== undefined);

/**
 * Returns the names of the values that the declarations of an entry export. The built file may have more, because two entries of
 * core are one file.
 */
export function valuesOf({ specifier, esmTypes }: Entry): readonly string[] {
  const [, names] = /^export \{ (.*) \};$/m.exec(readFileSync(esmTypes, 'utf8')) ?? [];
  if (names === undefined) throw new Error(`the declarations of ${specifier} do not end with one export statement`);
  return names.split(', ').filter((name) => !name.startsWith('type '));
}
