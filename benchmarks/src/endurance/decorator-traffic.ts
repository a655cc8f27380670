import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { retry } from '@stamina/core';
import { transform } from 'esbuild';
import { type Surface, WAITS } from './traffic.ts';

const SOURCE = readFileSync(new URL('decorated.ts', import.meta.url), 'utf8');

async function compiled(experimentalDecorators: boolean): Promise<typeof import('./decorated.ts')> {
  const options = { loader: 'ts', format: 'esm', target: 'node20' } as const;
  const { code } = await transform(SOURCE, {
    ...options,
    tsconfigRaw: { compilerOptions: { experimentalDecorators } },
  });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Calls of decorated methods, by the language's decorators and by TypeScript's own. */
export async function decoratorTraffic(): Promise<Record<string, Surface>> {
  const surfaces: Record<string, Surface> = {};
  for (const [name, experimental] of [
    ['decorator', false],
    ['legacyDecorator', true],
  ] as const) {
    const { decorate } = await compiled(experimental);
    const Users = decorate(retry({ on: Error, ...WAITS }));
    const shared = new Users();
    surfaces[name] = async (turn) => {
      const users = turn % 2 ? shared : new Users();
      assert.equal(await users.get(`${turn}`), `hello ${turn}`);
      for await (const found of users.all(`${turn}`)) assert.equal(found, `${turn}`);
      assert.equal(await Users.count(), 2);
    };
  }
  return surfaces;
}
