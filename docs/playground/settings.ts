import type { RetryBudgetOptions, RetryOptions } from '@stamina/core';

/** Calls that are rehearsed at a time. */
export const CALLS = 300;
/** How far a call is watched: attempts may be without limit. */
export const WATCHED_ATTEMPTS = 60;

/** What `on` answers for each failure. */
export const ANSWERS = ['true', 'wait', 'atLeast'] as const;

/** All that the playground's controls set; times in ms. */
export interface Settings {
  attempts: number;
  timeout: number;
  waitInitial: number;
  waitMax: number;
  waitJitter: number;
  waitExpBase: number;
  attemptTimeout: number;
  /** When the call's signal is aborted. */
  abortAfter: number;
  answer: (typeof ANSWERS)[number];
  /** The wait of such an answer. */
  answerWait: number;
  budget: boolean;
  ratio: number;
  minPerSecond: number;
  window: number;
  /** How long an attempt takes. */
  takes: number;
  /** How many of a hundred attempts fail. */
  failing: number;
  /** For how long, from the first call on, all of them do. */
  outage: number;
  /** How many calls begin each second. */
  rate: number;
  seed: number;
}

/** What stands for an option of core is core's own default; a test holds them against core. */
export const DEFAULTS: Settings = {
  attempts: 10,
  timeout: 45_000,
  waitInitial: 100,
  waitMax: 5_000,
  waitJitter: 1_000,
  waitExpBase: 2,
  attemptTimeout: Infinity,
  abortAfter: Infinity,
  answer: 'true',
  answerWait: 2_000,
  budget: false,
  ratio: 0.1,
  minPerSecond: 1,
  window: 10_000,
  takes: 200,
  failing: 80,
  outage: 0,
  rate: 10,
  seed: 1,
};

/** What the other side does is no option of core, which refuses what makes no sense by itself. */
const SCENARIO: { readonly [key in keyof Settings]?: readonly [least: number, most: number] } = {
  abortAfter: [1, Infinity],
  takes: [1, 60_000],
  failing: [0, 100],
  outage: [0, 600_000],
  rate: [0.1, 1_000],
  seed: [1, 2 ** 31 - 1],
};

/** The nearest value that a setting may have; `undefined` for no number. Options of core are left to core. */
export function limited(key: keyof Settings, value: number): number | undefined {
  const [least, most] = SCENARIO[key] ?? [-Infinity, Infinity];
  return Number.isNaN(value) ? undefined : Math.min(most, Math.max(least, value));
}

/** Reads what `toQuery` wrote. What it does not know, or cannot read, stays at its default. */
export function fromQuery(query: string): Settings {
  const settings: Settings = { ...DEFAULTS };
  const read = (key: keyof Settings, text: string): void => {
    const value = key === 'budget' ? text === 'true' : key === 'answer' ? toAnswer(text) : toNumber(key, text);
    if (value !== undefined) Object.assign(settings, { [key]: value });
  };
  for (const [key, text] of new URLSearchParams(query))
    if (Object.hasOwn(DEFAULTS, key)) read(key as keyof Settings, text);
  return settings;
}

function toNumber(key: keyof Settings, text: string): number | undefined {
  return limited(key, text.trim() === '' ? Number.NaN : Number(text));
}

function toAnswer(text: string): Settings['answer'] | undefined {
  return ANSWERS.find((answer) => answer === text);
}

/** Everything that differs from its default, as a query: `?attempts=5`, or nothing. */
export function toQuery(settings: Settings): string {
  const query = new URLSearchParams(changed(settings).map((key) => [key, String(settings[key])])).toString();
  return query && `?${query}`;
}

function changed(settings: Settings): (keyof Settings)[] {
  return (Object.keys(DEFAULTS) as (keyof Settings)[]).filter((key) => settings[key] !== DEFAULTS[key]);
}

const POLICY_KEYS = [
  'attempts',
  'timeout',
  'waitInitial',
  'waitMax',
  'waitJitter',
  'waitExpBase',
  'attemptTimeout',
] as const;
const BUDGET_KEYS = ['ratio', 'minPerSecond', 'window'] as const;

/** The options of the policy, less what has no default. */
export function policyOptions(settings: Settings): Pick<RetryOptions, (typeof POLICY_KEYS)[number]> {
  return Object.fromEntries(POLICY_KEYS.map((key) => [key, settings[key]]));
}

export function budgetOptions(settings: Settings): RetryBudgetOptions {
  return Object.fromEntries(BUDGET_KEYS.map((key) => [key, settings[key]]));
}

/** The policy as code to copy: what differs from the defaults alone. */
export function toCode(settings: Settings): string {
  const given = (keys: readonly (keyof Settings)[]): string[] =>
    keys.filter((key) => settings[key] !== DEFAULTS[key]).map((key) => `${key}: ${literal(Number(settings[key]))}`);
  const wait = literal(settings.answerWait);
  const answers = {
    true: 'ApiError',
    wait: `(error) => error instanceof ApiError && ${wait}`,
    atLeast: `(error) => error instanceof ApiError && { atLeast: ${wait} }`,
  };
  const budget = given(BUDGET_KEYS).join(', ');
  const options = [
    `on: ${answers[settings.answer]}`,
    ...given(POLICY_KEYS),
    ...(settings.budget ? [budget === '' ? 'budget: retryBudget()' : `budget: retryBudget({ ${budget} })`] : []),
  ];
  const call =
    settings.abortAfter === Infinity
      ? 'await policy.run((attempt) => load(attempt.signal));'
      : `await policy.run((attempt) => load(attempt.signal), { signal: AbortSignal.timeout(${literal(settings.abortAfter)}) });`;
  return `const policy = retry({\n${options.map((option) => `  ${option},\n`).join('')}});\n\n${call}`;
}

function literal(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, '_');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
