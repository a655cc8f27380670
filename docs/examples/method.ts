/** Decorate a method. Node alone runs no decorators: `npx pnpm@12 -C docs/examples method` compiles this file first. */
import { retry } from '@stamina/core';
import { flakyServer } from '@stamina/testing';
import { HttpError, isWorthRetrying } from './http-error.ts';

class Users {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  @retry({
    on: isWorthRetrying,
    attempts: 3,
    waitInitial: 10,
    waitJitter: 10,
    onRetry: ({ name, retryNum, causedBy }) => console.log(`${name}: retry ${retryNum} after ${causedBy}`),
  })
  async get(id: number): Promise<string> {
    const response = await fetch(`${this.#url}/users/${id}`);
    if (!response.ok) throw new HttpError(response);
    return response.text();
  }
}

await using server = await flakyServer([{ status: 503 }, { status: 500 }, { body: 'Ada' }]);
console.log(`hello ${await new Users(server.url).get(7)}`);
