import type { Reporter } from 'vitest/node';

/** Fails a run on CI that skipped a test: a test that did not run is no passed test. */
export const noSkips: Reporter = {
  onTestRunEnd(modules) {
    if (!process.env.CI) return;
    const skipped = modules.flatMap(({ children }) => [...children.allTests('skipped')]);
    for (const test of skipped) console.error(`skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
    if (skipped.length > 0) process.exitCode = 1;
  },
};
