// What a module adds to a user's bundle stays below its limit in size-limits.json: bytes, minified, gzip −9.
import { measureBundle } from '../benchmarks/src/bundle-size.ts';
import limits from '../size-limits.json' with { type: 'json' };
import { report } from './gate.ts';
import { packages } from './packages.ts';

const sizes = new Map<string, number>();
for (const { specifier, esm } of packages.flatMap(({ entries }) => entries)) {
  if (specifier in limits) sizes.set(specifier, (await measureBundle(esm)).gzipped);
}

const checks: Record<string, () => string> = {};
for (const [specifier, limit] of Object.entries(limits)) {
  checks[specifier] = () => {
    const size = sizes.get(specifier);
    if (size === undefined) throw new Error('no package has this entry');
    const measure = `${size} of ${limit} bytes`;
    if (size > limit) throw new Error(`${measure}: ${size - limit} too many`);
    return measure;
  };
}
report(checks);
