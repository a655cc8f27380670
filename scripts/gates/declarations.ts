// The built declarations and the type tests compile with the strictest options that a user may have, under the oldest
// TypeScript that we promise and the newest.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../gate.ts';
import { packages, REPORTS, ROOT } from '../packages.ts';

const compilers = {
  oldest: join(ROOT, 'node_modules/typescript-5.0/bin/tsc'),
  newest: join(ROOT, 'node_modules/typescript/bin/tsc'),
};

const STRICT = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  types: [],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  skipLibCheck: false,
  noEmit: true,
};
const NEWEST_LIBRARY = { target: 'ESNext', lib: ['ESNext', 'DOM'] };

const declarations = packages.flatMap(({ entries }) =>
  entries.flatMap(({ esmTypes, cjsTypes }) => [esmTypes, cjsTypes]),
);

/** The type tests of a package, or of all. */
function typeTests(only?: string): string[] {
  const folders = packages
    .filter(({ folder }) => only === undefined || folder === only)
    .map(({ path }) => join(path, 'test/types'));
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts'));
}
const isLegacy = (file: string): boolean => file.includes('/legacy-');
const isForNewestLibrary = (file: string): boolean => file.endsWith('/newest-library.ts');
const isForNewestClient = (file: string): boolean => file.endsWith('/newest-client.ts');
const usual = typeTests().filter((file) => !isLegacy(file) && !isForNewestLibrary(file));

interface Project {
  readonly files: readonly string[];
  readonly options?: object;
  /** The compilers other than the newest. */
  readonly also?: 'oldest';
}

const PROJECTS: Record<string, Project> = {
  'declarations and type tests': { files: [...declarations, ...usual], also: 'oldest' },
  "type tests with TypeScript's own decorators": {
    files: typeTests().filter(isLegacy),
    options: { experimentalDecorators: true },
    also: 'oldest',
  },
  'type tests with the newest library': {
    files: typeTests().filter((file) => !isLegacy(file)),
    options: NEWEST_LIBRARY,
  },
  'fetch without the DOM, with the types of Node': {
    files: typeTests('fetch'),
    options: { lib: ['ES2022'], types: ['node'] },
  },
  'fetch with the DOM and the types of Node': { files: typeTests('fetch'), options: { types: ['node'] } },
  'fetch with the types of Bun': {
    files: typeTests('fetch'),
    // The types of Bun contradict those of Node, which they include.
    options: {
      lib: ['ESNext'],
      types: ['bun'],
      typeRoots: [join(ROOT, 'packages/fetch/node_modules/@types')],
      skipLibCheck: true,
    },
  },
  'prometheus with the oldest prom-client': {
    files: typeTests('prometheus').filter((file) => !isForNewestClient(file)),
    options: { paths: { 'prom-client': [join(ROOT, 'packages/prometheus/node_modules/prom-client-14/index.d.ts')] } },
  },
};

const folder = join(REPORTS, 'declarations');
mkdirSync(folder, { recursive: true });
const checks: Record<string, () => string> = {};
for (const [name, { files, options, also }] of Object.entries(PROJECTS)) {
  const project = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`);
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }, null, 2));
  for (const age of ['newest', also].filter((age) => age !== undefined) as (keyof typeof compilers)[]) {
    checks[`${name}, under the ${age} TypeScript`] = () => {
      run(process.execPath, [compilers[age], '-p', project]);
      return `${files.length} files`;
    };
  }
}
export default checks;
