type Hook = (test?: unknown) => void;

/** Makes a fake runner that keeps the hooks it gets. A test then calls them as a real runner would. */
export function fakeRunner() {
  const runner = { begin: (_test?: unknown): void => {}, end: (_test?: unknown): void => {} };
  const hooks = {
    beforeEach: (hook: Hook) => {
      runner.begin = hook;
    },
    afterEach: (hook: Hook) => {
      runner.end = hook;
    },
    afterAll: () => {},
    expect: { extend() {} },
  };
  return { runner, hooks };
}
