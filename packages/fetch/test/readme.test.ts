import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What the examples use, and no reader needs to be told. */
const PRELUDE = `
declare const order: unknown;
declare class OpenAI { constructor(options: { maxRetries: number; fetch: typeof globalThis.fetch }) }
`;

const IMPORTS = { fetch: '@stamina/fetch', retryingFetch: '@stamina/fetch', openAsBlob: 'node:fs' };

test('every example of the README compiles', async () => {
  const readme = await readFile(path('../README.md'), 'utf8');
  const examples = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code as string);
  expect(examples.length).toBeGreaterThan(8);
  const folder = path(`../node_modules/.readme`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files = await Promise.all(
    examples.map(async (code, index) => {
      const imports = Object.entries(IMPORTS)
        .filter(([name]) => !new RegExp(`(?:import \\{[^}]*|const )\\b${name}\\b`).test(code))
        .map(([name, from]) => `import { ${name} } from '${from}';`);
      const name = `example-${index + 1}.ts`;
      await writeFile(`${folder}/${name}`, `${imports.join('\n')}${PRELUDE}${code}\nexport {};\n`);
      return name;
    }),
  );
  const compilerOptions = {
    lib: ['ESNext', 'DOM'],
    types: ['node'],
    typeRoots: [path('../../../node_modules/@types')],
    module: 'NodeNext',
    target: 'ESNext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files }));
  const compiled = promisify(execFile)(path('../../../node_modules/.bin/tsc'), ['-p', folder]);
  await expect(compiled.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toMatchObject({
    stdout: '',
  });
}, 60_000);
