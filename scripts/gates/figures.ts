// READMEs quote the figures in scripts/benchmarks/results.json. `pnpm gate figures --update` writes the blocks between marks.
// Outside of these, every figure with the unit of a benchmark must also be in scripts/benchmarks/README.md.
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
      throw new Error('does not say what scripts/benchmarks/results.json says; run `pnpm gate figures --update`');
    }
    if (path === BENCHMARKS) return '';
    const figures = withoutBlocks(readReadme(path)).replaceAll(CODE, '').match(FIGURE) ?? [];
    const unknown = figures.filter((figure) => !known.includes(figure));
    if (unknown.length > 0) throw new Error(`quotes what is not in ${BENCHMARKS}: ${unknown.join(', ')}`);
    return `${figures.length} figures`;
  };
}
export default checks;
