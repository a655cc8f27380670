import * as diagnosticsChannel from 'node:diagnostics_channel';
import { type GiveUpDetails, isTesting, setTesting } from '@stamina/core';
import { currentScope, saveSettings } from '@stamina/core/library';

/** Registers a function that the runner calls before each test. The runner may pass it the group of the test. */
type RegisterBefore = (run: (group?: string) => void) => void;

/**
 * Registers a function that the runner calls after each test. The runner may pass it the group of the test, and whether
 * the test has failed.
 */
type RegisterAfter = (run: (group?: string, failed?: boolean) => void) => void;

/**
 * Switches test mode on, and undoes after each test what the test changed. If a test fails and a call gave up because
 * of test mode, explains test mode. If the runner does not report whether a test failed, it is assumed to have failed.
 */
export function setUp(beforeEach: RegisterBefore, afterEach: RegisterAfter): void {
  setTesting(true);
  const explainer = makeExplainer();
  // Tests of one group may run at the same time. The settings are saved before the first of them and restored after the
  // last.
  const groups = new Map<string, { running: number; readonly restore: () => void }>();
  beforeEach((name = '') => {
    if (groups.size === 0) explainer.watch();
    const group = groups.get(name) ?? { running: 0, restore: saveSettings() };
    group.running++;
    groups.set(name, group);
  });
  afterEach((name = '', failed = true) => {
    if (failed) explainer.explain();
    const group = groups.get(name);
    if (!group || --group.running > 0) return;
    groups.delete(name);
    group.restore();
    if (groups.size === 0) explainer.unwatch();
  });
}

/** Explains test mode to the author of a test that failed because of it. */
interface Explainer {
  /** Starts to watch for calls that give up. Does nothing in browsers, because they have no diagnostics channels. */
  watch(): void;
  /** Explains test mode if a call gave up because of it. Does so only once. */
  explain(): void;
  /** Stops watching, and forgets the calls. */
  unwatch(): void;
}

const CHANNEL = 'stamina:give-up';

/**
 * Makes an explainer. It explains test mode only once, because other failing tests of the file need the same change.
 *
 * It watches a diagnostics channel instead of adding a hook, because tests could see a hook, and may replace all hooks.
 */
function makeExplainer(): Explainer {
  let callable: string | undefined;
  let explained = false;
  const listen = (message: unknown): void => {
    const { name, reason, attempts } = message as GiveUpDetails;
    // In a scope, the test itself has asked for this number of attempts.
    if (reason === 'attempts' && attempts === 1 && isTesting() && !currentScope()) callable ??= name;
  };
  return {
    watch() {
      diagnosticsChannel.subscribe?.(CHANNEL, listen);
    },
    explain() {
      if (callable === undefined || explained) return;
      explained = true;
      console.warn(explanation(callable));
    },
    unwatch() {
      diagnosticsChannel.unsubscribe?.(CHANNEL, listen);
      callable = undefined;
    },
  };
}

function explanation(callable: string): string {
  return (
    `A test failed in which ${callable} gave up after one attempt, because the set-up of @stamina/testing allows only ` +
    'one. A test about retries must ask for them. withTesting({ attempts: 3 }, fn) retries without waits; ' +
    'withTesting(false, fn) retries and waits as the policy says, for example with fake timers.'
  );
}
