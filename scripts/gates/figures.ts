// What READMEs quote of the benchmarks is what scripts/benchmarks/results says: between marks, where it is written from there, and
// elsewhere, where every figure with a benchmark's unit must stand in scripts/benchmarks/README.md. `pnpm gate figures --update` writes.
import { READMES, readReadme, updated, updateReadmes, withoutBlocks } from '../benchmarks/src/readmes.ts';

const BENCHMARKS = 'scripts/benchmarks/README.md';
/** `154 ns`, `1.26 µs`, `7.1 kB`, `632 B`, `0.85×`. */
const FIGURE = /\b\d[\d.,]*\s?(?:ns|µs|kB|B|×)(?!\p{L})/gu;
const CODE = /^```[\s\S]*?^```$/gm;

if (process.argv.includes('--update')) updateReadmes();
const known = readReadme(BENCHMARKS);

const checks: Record<string, () => string> = {};
for (const path of READMES) {
  checks[path] = () => {
    if (readReadme(path) !== updated(path)) {
      throw new Error('does not say what scripts/benchmarks/results says; run `pnpm gate figures --update`');
    }
    if (path === BENCHMARKS) return '';
    const figures = withoutBlocks(readReadme(path)).replaceAll(CODE, '').match(FIGURE) ?? [];
    const unknown = figures.filter((figure) => !known.includes(figure));
    if (unknown.length > 0) throw new Error(`quotes what is not in ${BENCHMARKS}: ${unknown.join(', ')}`);
    return `${figures.length} figures`;
  };
}
export default checks;
