/* Uses decorators with `experimentalDecorators`. Each error is expected on a line of its own. */
import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { exactly } from './exactly.js';

const flaky = retry({ on: Error });
const flakyNow = retrySync({ on: Error });

class Users {
  @retry({ on: Error, attempts: 3 })
  async get(id: string): Promise<{ id: string }> {
    return { id };
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
  static async create(): Promise<Users> {
    return new Users();
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
exactly<Promise<Users>>()(Users.create());
exactly<string>()(users.read('a'));

export class Misused {
  // @ts-expect-error A synchronous method would become asynchronous unnoticed.
  @flaky
  now(): number {
    return 1;
  }

  // @ts-expect-error Only methods can be decorated, not properties.
  @flaky
  load = async (): Promise<number> => 1;

  // @ts-expect-error Only methods can be decorated, not accessors.
  @flaky
  get ready(): Promise<number> {
    return Promise.resolve(1);
  }

  async save(
    // @ts-expect-error Only methods can be decorated, not parameters.
    @flaky id: string,
  ): Promise<string> {
    return id;
  }

  // @ts-expect-error `retry` needs options.
  @retry
  async bare(): Promise<void> {}
}

// @ts-expect-error Only methods can be decorated, not classes.
@flaky
export class Whole {}
