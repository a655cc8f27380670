// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { retry, retryBudget, setRetryHooks } from '@stamina/core';
import { type EventLoggerProvider, observeBudget, openTelemetryHook } from '@stamina/opentelemetry';
import '@stamina/opentelemetry/register';

async function main(): Promise<void> {
  const events: string[] = [];
  const loggerProvider: EventLoggerProvider = {
    getLogger: () => ({ emit: ({ eventName }) => void events.push(eventName) }),
  };
  setRetryHooks([openTelemetryHook({ loggerProvider, attributes: { region: 'eu' } })]);
  const budget = retryBudget();
  const observer = observeBudget('load', budget);
  let failures = 1;
  await retry({ on: Error, waitMax: 0, name: 'load', budget }).run(async () => {
    if (failures-- > 0) throw new Error('not yet');
  });
  observer.dispose();
  const reported = events.join(' ');
  if (reported !== 'stamina.retry.scheduled stamina.call.recovered') throw new Error(`got ${reported}`);
  console.log('reported a retry and a recovery');
}

void main();
