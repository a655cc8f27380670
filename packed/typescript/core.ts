// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { type RetryDetails, retry, retryBudget, retryContext, setRetryHooks } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retryContextSync, retrySync } from '@stamina/core/sync';

class HttpError extends Error {}

const options = { on: HttpError, attempts: 3, waitInitial: { milliseconds: 1 }, waitMax: 1 };

/** Makes a function that fails twice, and then answers. */
function flaky(): () => string {
  let calls = 0;
  return () => {
    calls++;
    if (calls < 3) throw new HttpError(`call ${calls}`);
    return 'answer';
  };
}

class Users {
  readonly #find = flaky();

  @retry(options)
  async find(id: number): Promise<string> {
    return `${this.#find()} ${id}`;
  }
}

function expectEqual(actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`expected ${String(wanted)}, got ${String(actual)}`);
}

async function main(): Promise<void> {
  const retries: RetryDetails[] = [];
  setRetryHooks([(details) => void retries.push(details)]);

  expectEqual(await retry(options).run(flaky()), 'answer');

  const work = flaky();
  const wrapped = retry({ ...options, budget: retryBudget() })(async function greet<T>(name: T) {
    return [work(), name] as const;
  });
  const [greeting, name] = await wrapped('Ann');
  expectEqual(greeting satisfies string, 'answer');
  expectEqual(name satisfies string, 'Ann');

  expectEqual(await new Users().find(7), 'answer 7');

  const block = flaky();
  for await (const attempt of retryContext(options)) {
    try {
      expectEqual(block(), 'answer');
    } catch (error) {
      attempt.fail(error);
    }
  }

  expectEqual(retrySync(options).run(flaky()), 'answer');
  const blockSync = flaky();
  for (const attempt of retryContextSync(options)) {
    try {
      expectEqual(blockSync(), 'answer');
    } catch (error) {
      attempt.fail(error);
    }
  }

  const query = flaky();
  const begun = libraryPolicy({ attempts: 3 }).begin();
  try {
    query();
  } catch (error) {
    expectEqual(await begun.retry(error, { attempt: query, classify: () => 1 }), 'answer');
  }

  expectEqual(retries.length, 14);
  console.log(`${retries.length} retries`);
}

/** Shows that the types require `on`. */
export function misuse(): void {
  // @ts-expect-error `on` is missing.
  retry({});
}

void main();
