import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Question } from './server-child.ts';

/** The flaky server in its own process. */
export interface RemoteServer {
  readonly url: string;
  ask(question: Question): Promise<number>;
  stop(): void;
}

export async function startServer(): Promise<RemoteServer> {
  const path = fileURLToPath(new URL('server-child.ts', import.meta.url));
  const child: ChildProcess = fork(path);
  const hear = async <Message>(): Promise<Message> => (await once(child, 'message'))[0] as Message;
  const url = await hear<string>();
  return {
    url,
    ask(question) {
      child.send(question);
      return hear<number>();
    },
    stop: () => child.disconnect(),
  };
}
