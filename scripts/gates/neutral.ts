// Core runs wherever JavaScript does: its built files import nothing, and bundle for browsers and workers.
import { build, type Metafile } from 'esbuild';
import { packages, ROOT } from '../packages.ts';

/** Packages that may not assume Node. */
const NEUTRAL = ['@stamina/core'];

const checks: Record<string, () => string> = {};
for (const { name, entries } of packages.filter((found) => NEUTRAL.includes(found.name))) {
  for (const { specifier, esm, cjs } of entries) {
    for (const file of [esm, cjs]) {
      // Any import that is not a file of the package itself stays as it is in the bundle, as an external one.
      const { metafile, warnings } = await build({
        entryPoints: [file],
        bundle: true,
        platform: 'browser',
        target: 'es2022',
        packages: 'external',
        format: 'esm',
        write: false,
        metafile: true,
        logLevel: 'silent',
      });
      checks[`${specifier} (${file.slice(ROOT.length)})`] = () => {
        if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
        const imported = imports(metafile);
        if (imported.length > 0)
          throw new Error(`${name} must import nothing at run time, found ${imported.join(', ')}`);
        return 'imports nothing';
      };
    }
  }
}

function imports({ inputs }: Metafile): string[] {
  return Object.values(inputs).flatMap((input) =>
    input.imports.filter(({ external }) => external).map(({ path }) => path),
  );
}

export default checks;
