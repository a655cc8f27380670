// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { retry, setRetryHooks } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import '@stamina/pino/register';
import { pino } from 'pino';

const lines: string[] = [];
const logger = pino({ redact: ['args[0].password'] }, { write: (line: string) => void lines.push(line) });

async function main(): Promise<void> {
  setRetryHooks([pinoHook(logger, { level: 'info', args: true })]);
  const login = retry({ on: RangeError, waitMax: 0, attempts: 2 })(function login(_user: object): void {
    if (lines.length === 0) throw new RangeError('busy');
  });
  await login({ name: 'Ada', password: 'secret' });

  const [retried, recovered] = lines.map((line) => JSON.parse(line));
  if (retried?.msg !== 'stamina.retry_scheduled' || recovered?.msg !== 'stamina.recovered') {
    throw new Error(`got ${lines}`);
  }
  console.log(`logged ${JSON.stringify(retried.args)}`);
}

void main();
