import * as diagnosticsChannel from 'node:diagnostics_channel';
import { type GiveUpDetails, isTesting } from '@stamina/core';
import { currentScope } from '@stamina/core/library';

/** Explains test mode to the author of a test that failed because of it. */
export interface Explainer {
  /** Starts to watch for calls that give up. Browsers have no diagnostics channels, so nothing is explained there. */
  watch(): void;
  /** Explains test mode, unless no call gave up because of it or it was explained before. */
  explain(): void;
  /** Stops watching, and forgets the calls. */
  unwatch(): void;
}

const CHANNEL = 'stamina:give-up';

/**
 * Makes an explainer. It explains test mode only once, because the other failing tests of a file need the same mend.
 *
 * It watches a diagnostics channel and not a hook, because tests see hooks and replace them.
 */
export function makeExplainer(): Explainer {
  let callable: string | undefined;
  let explained = false;
  const listen = (message: unknown): void => {
    const { name, reason, attempts } = message as GiveUpDetails;
    // A call in a scope has the test mode that its test asked for.
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
    `A test failed, and in it ${callable} gave up after one attempt: the set-up of @stamina/testing allows each call ` +
    'only one. A test about retries must ask for them. withTesting({ attempts: 3 }, fn) retries without waits; ' +
    'withTesting(false, fn) retries and waits as the policy says, for example with fake timers.'
  );
}
