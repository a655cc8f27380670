// "Go to definition", as an editor asks TypeScript's server for it, leads to the sources as they were written.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import test, { after, describe } from 'node:test';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const server = spawn(process.execPath, [path('node_modules/typescript-6.0/lib/tsserver.js')]);
after(() => server.kill());
const pending = new Map();
createInterface(server.stdout).on('line', (line) => {
  if (!line.startsWith('{')) return;
  const { type, request_seq: seq, body, message } = JSON.parse(line);
  if (type === 'response') pending.get(seq)?.(body ?? message);
});
let sent = 0;
const send = (command, args) =>
  server.stdin.write(`${JSON.stringify({ seq: ++sent, type: 'request', command, arguments: args })}\n`);
const ask = (command, args) => {
  const answer = new Promise((resolve) => pending.set(sent + 1, resolve));
  send(command, args);
  return answer;
};

/** Returns the names that the program imports, and where they are. */
function imports() {
  const found = [];
  for (const [index, line] of text.split('\n').entries()) {
    const names = /^import \{ (.+) \} from/.exec(line)?.[1].split(', ') ?? [];
    for (const name of names.map((given) => given.replace('type ', ''))) {
      const offset = new RegExp(`\\b${name}\\b`).exec(line).index + 1;
      found.push({ name, line: index + 1, offset });
    }
  }
  return found;
}

const text = `import { type RetryOptions, retry, retryBudget, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { type HttpStatusError, isTransient, retryingFetch } from '@stamina/fetch';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import { type FlakyStep, flakyServer, withTesting } from '@stamina/testing';

const options = { on: isTransient, budget: retryBudget() } satisfies RetryOptions;
const step = { status: 503 } satisfies FlakyStep;

setRetryHooks([pinoHook(), prometheusHook()]);

export const all = { step, retrySync, flakyServer, withTesting, fetch: retryingFetch(), load: retry(options) };
export type Failure = HttpStatusError;
`;

for (const program of ['program.mts', 'program.cts']) {
  const file = path(program);
  send('open', { file, fileContent: text });
  describe(`in ${program}`, () => {
    for (const { name, ...position } of imports()) {
      test(`${name} is defined in a source of its package`, async () => {
        const [definition] = await ask('definition', { file, ...position });
        assert.match(definition.file, /node_modules\/@stamina\/\w+\/src\/([\w-]+\/)*[\w-]+\.ts$/);
        const line = readFileSync(definition.file, 'utf8').split('\n')[definition.start.line - 1];
        assert.match(line, /^export (async )?(function|class|interface|type|const) /);
        assert.ok(line.slice(definition.start.offset - 1).startsWith(name), line);
      });
    }
  });
}
