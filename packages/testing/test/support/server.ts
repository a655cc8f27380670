import { type FlakyScript, type FlakyServer, type FlakyServerOptions, flakyServer } from '@stamina/testing';
import { onTestFinished } from 'vitest';

/** Starts a server that is closed when the test has finished. */
export async function startServer(script: FlakyScript, options: FlakyServerOptions = {}): Promise<FlakyServer> {
  const server = await flakyServer(script, options);
  onTestFinished(() => server.close());
  return server;
}

/** Starts a server as `startServer` does, and returns only its address. */
export async function startUrl(script: FlakyScript): Promise<string> {
  return (await startServer(script)).url;
}

/** Returns how many timers of this process are active. */
export function countActiveTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/** Resolves after a time. In a race, its value shows that no other promise was faster. */
export function pause(ms: number): Promise<'nothing'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'nothing'));
}
