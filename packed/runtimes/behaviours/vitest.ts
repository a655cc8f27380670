// Replaces Vitest for the behaviours of core in runtimes in which Vitest does not run. It is made of the same parts as Vitest.
import { chai, JestAsymmetricMatchers, JestChaiExpect } from '@vitest/expect';
import { fn, restoreAllMocks, spyOn } from '@vitest/spy';

chai.use(JestAsymmetricMatchers);
chai.use(JestChaiExpect);

export const expect = Object.assign((value: unknown) => chai.expect(value), chai.expect, {
  unreachable(message: string): never {
    throw new Error(message);
  },
});

/** Loaded by the first test, because it starts a timer, which a Worker must not do while it loads. */
let fakes: typeof import('@sinonjs/fake-timers');
let clock: ReturnType<typeof fakes.install>;

/** The globals that were replaced, as they were before. */
const globals = new Map<string, PropertyDescriptor | undefined>();

export const vi = {
  fn,
  spyOn,
  restoreAllMocks,
  mocked: (mock: unknown) => mock,
  useFakeTimers() {
    // These are the defaults of Vitest.
    const toFake = (Object.keys(fakes.timers) as (keyof typeof fakes.timers)[]).filter(
      (name) => name !== 'nextTick' && name !== 'queueMicrotask',
    );
    clock = fakes.install({ toFake, ignoreMissingTimers: true, shouldClearNativeTimers: true });
  },
  useRealTimers: () => clock.uninstall(),
  advanceTimersByTime: (ms: number) => clock.tick(ms),
  advanceTimersByTimeAsync: (ms: number) => clock.tickAsync(ms),
  async advanceTimersToNextTimerAsync() {
    await clock.nextAsync();
    clock.tick(0);
  },
  runAllTimersAsync: () => clock.runAllAsync(),
  getTimerCount: () => clock.countTimers(),
  stubGlobal(name: string, value: unknown) {
    if (!globals.has(name)) globals.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  },
  unstubAllGlobals() {
    for (const [name, original] of globals) {
      Reflect.deleteProperty(globalThis, name);
      if (original) Object.defineProperty(globalThis, name, original);
    }
    globals.clear();
  },
};

const finishing: (() => void)[] = [];
export function onTestFinished(work: () => void): void {
  finishing.push(work);
}

const awaited: (RegExp | string)[] = [];
export function expectWarning(pattern: RegExp | string): void {
  awaited.push(pattern);
}

const tolerated: string[] = [];
export function tolerateWarning(text: string): void {
  tolerated.push(text);
}

/** Runs one test as Vitest would, in fake time. It fails if a warning comes that it does not expect, or if an expected one does not come. */
export async function runTest(
  test: () => Promise<void> | void,
  setUp: () => void,
  tearDown: () => void,
): Promise<void> {
  fakes ??= await import('@sinonjs/fake-timers');
  const warned: string[] = [];
  const restore = listenToWarnings((warning) => {
    if (!tolerated.some((text) => warning.includes(text))) warned.push(warning);
  });
  try {
    setUp();
    await test();
    const missing = awaited.filter(
      (pattern) =>
        !warned.some((warning) => (typeof pattern === 'string' ? warning.includes(pattern) : pattern.test(warning))),
    );
    if (missing.length > 0 || warned.length > awaited.length) {
      throw new Error(`expected the warnings ${awaited.join(', ') || 'none'}, got ${warned.join('; ') || 'none'}`);
    }
  } finally {
    for (const work of finishing.splice(0)) work();
    awaited.length = 0;
    tearDown();
    restore();
  }
}

/** Listens to warnings of the process if there is one, and otherwise to those of the console. */
function listenToWarnings(listen: (warning: string) => void): () => void {
  const { process, console } = globalThis as { process?: { emitWarning?: unknown }; console: { warn: unknown } };
  if (process?.emitWarning) {
    const own = process.emitWarning;
    process.emitWarning = (message: string, { type, detail }: { type: string; detail?: string }) =>
      listen(`${type}: ${message} ${detail ?? ''}`);
    return () => {
      process.emitWarning = own;
    };
  }
  const own = console.warn;
  console.warn = (...args: unknown[]) => listen(`StaminaWarning: ${args.join(' ')}`);
  return () => {
    console.warn = own;
  };
}
