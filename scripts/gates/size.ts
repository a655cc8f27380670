// A module adds no more to the bundle of a user than size-limits.json allows, in bytes, minified, after gzip −9.
import { allNamesOf, measureBundle } from '../benchmarks/src/bundle-size.ts';
import { packages } from '../packages.ts';
import limits from './size-limits.json' with { type: 'json' };

const modules = new Map(packages.flatMap(({ entries }) => entries.map(({ specifier, esm }) => [specifier, esm])));

const checks: Record<string, () => string> = {};
for (const [bundle, limit] of Object.entries(limits)) {
  // A whole entry by its name, or what one import from it costs: `{ retry } from @stamina/core`.
  const [specifier, names = allNamesOf(specifier)] = bundle.split(' from ').reverse() as [string, string?];
  const module = modules.get(specifier);
  const size = module === undefined ? undefined : (await measureBundle(module, names)).gzipped;
  checks[bundle] = () => {
    if (size === undefined) throw new Error('no package has this entry');
    const measure = `${size} of ${limit} bytes`;
    if (size > limit) throw new Error(`${measure}: ${size - limit} too many`);
    return measure;
  };
}
export default checks;
