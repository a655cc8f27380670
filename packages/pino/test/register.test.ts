import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Line, PINOS } from './support/calls.ts';

const OURS = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS: Readonly<Record<string, string>> = { '8.0.0': 'pino-8', '9.0.0': 'pino-9' };

const USE = `
function fails(left) {
  return retry({ on: Error, waitMax: 0, attempts: 2, name: 'job' }).run(() => {
    if (left-- > 0) throw new Error('busy');
  });
}
fails(1).then(() => fails(9)).catch(() => {});
`;
const APPS = {
  'app.mjs': `import { retry } from '@stamina/core';${USE}`,
  'app.cjs': `const { retry } = require('@stamina/core');${USE}`,
  // Prints the versions of all copies of pino that were loaded.
  'copies.cjs': `require('@stamina/pino/register');
    const copies = Object.keys(require.cache).filter((path) => /[\\\\/]pino[\\\\/]pino\\.js$/.test(path));
    console.log(JSON.stringify(copies.map((path) => require(path).version)));`,
  'twice.mjs': `import '@stamina/pino/register';
    import { createRequire } from 'node:module';
    import { getRetryHooks } from '@stamina/core';
    createRequire(import.meta.url)('@stamina/pino/register');
    console.log(JSON.stringify(getRetryHooks().length));`,
  'worker.mjs': `import { Worker } from 'node:worker_threads'; new Worker(new URL('app.mjs', import.meta.url));`,
};

describe.each(PINOS)('@stamina/pino/register with pino $version', ({ version }) => {
  let project: string;

  /** Makes a user's project that has this version of pino installed. */
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'stamina-pino-'));
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, '@stamina'), { recursive: true });
    for (const part of ['package.json', 'dist']) {
      cpSync(join(OURS, part), join(modules, '@stamina/pino', part), { recursive: true });
    }
    symlinkSync(join(OURS, 'node_modules/@stamina/core'), join(modules, '@stamina/core'));
    symlinkSync(join(OURS, 'node_modules', FOLDERS[version] ?? 'pino'), join(modules, 'pino'));
    for (const [name, code] of Object.entries(APPS)) writeFileSync(join(project, name), code);
  });
  afterAll(() => rmSync(project, { recursive: true }));

  async function start(
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<{ lines: Line[]; stderr: string }> {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: project, env });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { lines: lines.map((line) => JSON.parse(line)), stderr };
  }

  async function run(...args: string[]): Promise<Line[]> {
    const { lines, stderr } = await start(args, {});
    expect(stderr).toBe('');
    return lines;
  }

  it.each([
    ['error', [50]],
    ['WARN', [40, 40, 50]],
    ['silent', []],
    ['', [40, 30, 40, 50]],
  ])('takes its level from LOG_LEVEL=%s', async (level, expected) => {
    const { lines, stderr } = await start(['--import', '@stamina/pino/register', 'app.mjs'], { LOG_LEVEL: level });
    expect(stderr).toBe('');
    expect(lines.map((line) => line.level)).toEqual(expected);
  });

  it('warns of a LOG_LEVEL that pino does not have', async () => {
    const { lines, stderr } = await start(['--import', '@stamina/pino/register', 'app.mjs'], { LOG_LEVEL: 'loud' });
    expect(stderr).toContain(
      'LOG_LEVEL is "loud", which is no level of pino (trace, debug, info, warn, error, fatal, silent)',
    );
    expect(lines).toHaveLength(4);
  });

  it.each([
    ['--import', 'app.mjs'],
    ['--import', 'app.cjs'],
    ['--import', 'worker.mjs'],
    ['--require', 'app.mjs'],
    ['--require', 'app.cjs'],
  ])('logs JSON by default: node %s @stamina/pino/register %s', async (flag, app) => {
    expect(await run(flag, '@stamina/pino/register', app)).toEqual([
      expect.objectContaining({ level: 40, callable: 'job', retry_num: 1, msg: 'stamina.retry_scheduled' }),
      expect.objectContaining({ level: 30, callable: 'job', attempt: 2, msg: 'stamina.recovered' }),
      expect.objectContaining({ level: 40, callable: 'job', retry_num: 1, msg: 'stamina.retry_scheduled' }),
      expect.objectContaining({ level: 50, callable: 'job', attempt: 2, msg: 'stamina.gave_up', reason: 'attempts' }),
    ]);
  });

  it("uses the user's own copy of pino", async () => {
    expect(await run('copies.cjs')).toEqual([[version]]);
  });

  it('adds one hook for ES modules and CommonJS together', async () => {
    expect(await run('twice.mjs')).toEqual([1]);
  });
});
