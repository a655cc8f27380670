// Compiled by esbuild, once for each kind of decorators, because Node strips types but has no decorators. The decorator is a
// parameter, because the compiled text can import nothing.
import type { Retry } from '@stamina/core';

export interface Users {
  get(name: string): Promise<string>;
  all(name: string): AsyncGenerator<string>;
}

export interface UsersClass {
  new (): Users;
  count(): Promise<number>;
}

/** A class with decorated methods, whose first call for each name fails. */
export function decorate(retrying: Retry): UsersClass {
  class FlakyUsers {
    readonly #asked = new Set<string>();

    @retrying
    async get(name: string): Promise<string> {
      this.#failOnce(name);
      return `hello ${name}`;
    }

    @retrying
    async *all(name: string): AsyncGenerator<string> {
      this.#failOnce(name);
      yield name;
    }

    @retrying
    static async count(): Promise<number> {
      return 2;
    }

    #failOnce(name: string): void {
      if (this.#asked.delete(name)) return;
      this.#asked.add(name);
      throw new Error('not yet');
    }
  }
  return FlakyUsers;
}
