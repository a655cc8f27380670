// Packs each package as publishing would, and lets publint and are-the-types-wrong check it. Also checks its files.
import { run, tool } from '../gate.ts';
import { pack } from '../pack.ts';
import { packages } from '../packages.ts';
import { expectFiles } from '../tarballs.ts';

const checks: Record<string, () => string | void> = {};
for (const found of packages) {
  const { name, path } = found;
  const tarball = pack(found);
  checks[`${name}: publint`] = () => void run(tool('publint'), ['run', path, '--strict', '--pack', 'pnpm']);
  checks[`${name}: are the types wrong`] = () => void run(tool('attw'), [tarball, '--profile', 'strict', '--no-emoji']);
  checks[`${name}: files`] = () => expectFiles(found, tarball);
}
export default checks;
