// What would be published, as it would be: packed, then looked at by publint and are-the-types-wrong, and for its files.
import { report, run, tool } from './gate.ts';
import { pack } from './pack.ts';
import { packages } from './packages.ts';

const REQUIRED = ['package/LICENSE', 'package/README.md', 'package/package.json'];
const ALLOWED = /^package\/(LICENSE|README\.md|CHANGELOG\.md|package\.json|(dist|src|rules|dashboards)\/.+)$/;

const checks: Record<string, () => string | void> = {};
for (const found of packages) {
  const { name, path } = found;
  const tarball = pack(found);
  checks[`${name}: publint`] = () => void run(tool('publint'), ['run', path, '--strict', '--pack', 'pnpm']);
  checks[`${name}: are the types wrong`] = () => void run(tool('attw'), [tarball, '--profile', 'strict', '--no-emoji']);
  checks[`${name}: files`] = () => {
    const files = run('tar', ['-tzf', tarball]).trim().split('\n');
    const missing = REQUIRED.filter((file) => !files.includes(file));
    if (missing.length > 0) throw new Error(`not packed: ${missing.join(', ')}`);
    const surplus = files.filter((file) => !ALLOWED.test(file));
    if (surplus.length > 0) throw new Error(`packed by mistake: ${surplus.join(', ')}`);
    for (const file of files.filter((candidate) => /\.[cm]?(js|ts)$/.test(candidate))) {
      const map = /^\/\/# sourceMappingURL=(?!data:)(.+)$/m.exec(run('tar', ['-xzOf', tarball, file]))?.[1];
      if (map && !files.includes(file.replace(/[^/]+$/, map)))
        throw new Error(`${file} names ${map}, which is not packed`);
    }
    return `${files.length} files`;
  };
}
report(checks);
