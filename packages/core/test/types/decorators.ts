/* Uses the decorators of the language, as users do. */
import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { exactly } from './exactly.js';

const flaky = retry({ on: Error });
const flakyNow = retrySync({ on: Error });

class Users {
  #prefix = 'user';

  @retry({ on: Error, attempts: 3 })
  async get(id: string, signal?: AbortSignal): Promise<{ id: string }> {
    signal?.throwIfAborted();
    return { id: this.#prefix + id };
  }

  @flaky
  async first<Item>(items: readonly Item[]): Promise<Item | undefined> {
    return items[0];
  }

  @flaky
  async *pages(from: number): AsyncGenerator<number, string> {
    yield from;
    return 'done';
  }

  @flaky
  async *numbers(): AsyncIterableIterator<number> {
    yield 1;
  }

  @flaky
  static async create(this: typeof Users): Promise<Users> {
    return new this();
  }

  @flaky
  async #secret(): Promise<number> {
    return 1;
  }

  @flaky
  protected async reload(): Promise<number> {
    return this.#secret();
  }

  @flaky
  async 'quoted name'(): Promise<void> {
    await this.reload();
  }

  @flaky
  async [Symbol.asyncIterator](): Promise<boolean> {
    return true;
  }

  @flakyNow
  read(path: string): string {
    return path;
  }
}

const users = new Users();
exactly<Promise<{ id: string }>>()(users.get('1'));
exactly<Promise<string | undefined>>()(users.first(['a']));
exactly<AsyncGenerator<number, string>>()(users.pages(1));
exactly<AsyncIterableIterator<number>>()(users.numbers());
exactly<Promise<Users>>()(Users.create());
exactly<string>()(users.read('a'));
