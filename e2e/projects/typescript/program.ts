import { type RetryDetails, retry, retryContext, setRetryHooks } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { HttpStatusError, retryingFetch } from '@stamina/fetch';
import { type FlakyStep, flakyServer } from '@stamina/testing';

const quick = { waitInitial: { milliseconds: 1 }, waitJitter: 1 };
const retries: RetryDetails[] = [];
setRetryHooks([(details) => void retries.push(details)]);

class Users {
  readonly #url: string;
  readonly #fetch = retryingFetch({
    ...quick,
    onRetry({ causedBy }) {
      if (causedBy instanceof HttpStatusError) console.log(`status ${causedBy.status satisfies number}`);
    },
  });

  constructor(url: string) {
    this.#url = url;
  }

  @retry({ on: Error, attempts: 3, ...quick })
  async load(id: number): Promise<string> {
    const response = await this.#fetch(`${this.#url}/users/${id}`);
    return `${await response.text()} ${id}`;
  }
}

async function main(): Promise<void> {
  const script: FlakyStep[] = [{ status: 503 }, { reset: true }, { body: 'Ada' }];
  const server = await flakyServer(script);
  const name: string = await new Users(server.url).load(7);
  await server.close();

  for await (const attempt of retryContext({ on: RangeError, ...quick })) {
    if (attempt.num < 2) attempt.fail(new RangeError('not yet'));
  }
  const three: number = retrySync({ on: Error, ...quick }).run(({ num }) => {
    if (num < 3) throw new Error('not yet');
    return num;
  });
  console.log(`${name}, ${three}, ${retries.length} retries`);

  // @ts-expect-error what to retry has no default
  if (name === '') retry({});
}

void main();
