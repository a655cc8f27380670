import * as diagnosticsChannel from 'node:diagnostics_channel';
import { type GiveUpDetails, isTesting } from '@stamina/core';
import { currentScope } from '@stamina/core/library';

/** Explains test mode to the author of a test that failed because of it. */
export interface Explainer {
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
export function makeExplainer(): Explainer {
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
