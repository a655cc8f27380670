// With a library that knows `Symbol.asyncDispose`, a server closes at the end of its block.
import { flakyServer } from '@stamina/testing';

export async function useServer(): Promise<string> {
  await using server = await flakyServer({ status: 503 });
  return server.url;
}

const server = await flakyServer({});
const disposed: Promise<void> = server[Symbol.asyncDispose]();
await disposed;
