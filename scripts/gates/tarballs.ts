// Packs each package as publishing would, and lets publint and are-the-types-wrong check it. A tarball contains the files in
// published folders that git knows, and the built files, and nothing else.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { run, tool } from '../gate.ts';
import { type Package, packages, REPORTS } from '../packages.ts';

const ALWAYS = ['LICENSE', 'README.md', 'package.json'];

const checks: Record<string, () => string | void> = {};
for (const found of packages) {
  const { name, path } = found;
  const tarball = pack(found);
  checks[`${name}: publint`] = () => void run(tool('publint'), ['run', path, '--strict', '--pack', 'pnpm']);
  checks[`${name}: are the types wrong`] = () => void run(tool('attw'), [tarball, '--profile', 'strict', '--no-emoji']);
  checks[`${name}: files`] = () => expectFiles(found, tarball);
}
export default checks;

/** Packs a built package as publishing would, and returns the path of the tarball. */
function pack({ folder, path }: Package): string {
  const tarball = join(REPORTS, 'tarballs', `${folder}.tgz`);
  mkdirSync(join(REPORTS, 'tarballs'), { recursive: true });
  run('pnpm', ['pack', '--out', tarball], { cwd: path });
  return tarball;
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/** Unpacks a tarball; returns where, and the paths of the files that it holds. */
function unpack(tarball: string): { path: string; files: string[] } {
  const path = tarball.replace(/\.tgz$/, '');
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', path]);
  const found = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { path, files: found.map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1)) };
}

/** Expects exactly the files that belong into the tarball of a package. Its source maps must lead to some of them, or contain the text. */
function expectFiles(found: Package, tarball: string): string {
  const { path, files } = unpack(tarball);
  const wanted = new Set([...ALWAYS, ...tracked(found), ...built(found, path)]);
  const missing = [...wanted].filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`not packed: ${missing.join(', ')}`);
  const surplus = files.filter((file) => !wanted.has(file));
  if (surplus.length > 0) throw new Error(`packed by mistake: ${surplus.join(', ')}`);
  const maps = files.filter((file) => file.endsWith('.map'));
  for (const map of maps) {
    const { sources, sourcesContent }: SourceMap = JSON.parse(readFileSync(join(path, map), 'utf8'));
    for (const [index, source] of sources.entries()) {
      const target = join(dirname(map), source);
      // A private package is bundled, not packed, so that only the map has its text.
      const text = sourcesContent?.[index];
      const isPacked = files.includes(target);
      if (!isPacked && !(text && target.startsWith('..')))
        throw new Error(`${map} leads to ${target}, which is not packed`);
      if (isPacked && text) throw new Error(`${map} holds the text of ${target}, which is packed too`);
    }
  }
  return `${files.length} files, ${maps.length} source maps`;
}

/** Returns the files in the folders of `files` that git has, or does not ignore. */
function tracked({ path }: Package): string[] {
  const { files } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...files], {
    cwd: path,
  });
  return listed.split('\0').filter((file) => file !== '');
}

/** Returns the entries, the files that they import, and their source maps. */
function built({ path: own, entries }: Package, path: string): Set<string> {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(path, file), 'utf8');
    const imported = text.matchAll(/(?:\bfrom|\brequire\(|\bimport\(?)\s*["'](\.{1,2}\/[^"']+)["']/g);
    for (const [, specifier = ''] of imported) follow(normalize(join(dirname(file), declared(file, specifier))));
    const map = /^\/\/# sourceMappingURL=(?!data:)(.+)$/m.exec(text)?.[1];
    if (map) reached.add(join(dirname(file), map));
  };
  for (const { esm, cjs, esmTypes, cjsTypes } of entries) {
    for (const file of [esm, cjs, esmTypes, cjsTypes]) follow(file.slice(own.length));
  }
  return reached;
}

/** Returns the file that an import leads to. In declarations, `./a.js` means `./a.d.ts`. */
function declared(importer: string, specifier: string): string {
  return /\.d\.[cm]?ts$/.test(importer) ? specifier.replace(/(?<!\.d)\.([cm]?)js$/, '.d.$1ts') : specifier;
}
