import { type RetryBudget, retryBudget } from '@stamina/core';

/** Where a request goes. */
export interface Origin {
  readonly origin: string;
  readonly host: string;
  /** Whether it speaks HTTP: nothing else is sent again. */
  readonly isHttp: boolean;
}

/** Of the newest request; a space is in no address. */
let newest: Origin = { origin: ' ', host: '', isHttp: false };

/**
 * The origin of an address, whose `url` is read only where it must be. Most calls go where the one before went, and how
 * the address begins tells that: to parse it took a fifth of what a call that succeeds costs beside its request.
 */
export function originOf(address: string, parsed: { readonly url: URL | undefined }): Origin | undefined {
  if (address.startsWith(newest.origin) && address[newest.origin.length] === '/') return newest;
  const { url } = parsed;
  if (!url) return undefined;
  const { origin, host, protocol } = url;
  const found = { origin, host, isHttp: /^https?:$/.test(protocol) };
  // Not one that begins otherwise: `blob:http://a.test/` has the origin of `http://a.test/`, but no host.
  if (address.startsWith(origin)) newest = found;
  return found;
}

/** Whoever calls ever new hosts must not collect budgets for ever. */
const KEPT_ORIGINS = 1_000;

/** A retry budget for each origin: one that is down must not use up what another may need. */
export function originBudgets(): (origin: Origin) => RetryBudget {
  // A map is ordered by insertion: what was used last is put last, what is first is the oldest.
  const budgets = new Map<string, RetryBudget>();
  let newest: string | undefined;
  let budget: RetryBudget;
  return ({ origin }) => {
    // Mostly the same as before, and then there is no order to change.
    if (origin === newest) return budget;
    newest = origin;
    budget = budgets.get(origin) ?? retryBudget();
    budgets.delete(origin);
    budgets.set(origin, budget);
    if (budgets.size > KEPT_ORIGINS) budgets.delete(budgets.keys().next().value as string);
    return budget;
  };
}
