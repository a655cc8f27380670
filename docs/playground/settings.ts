import type { RetryBudgetOptions, RetryOptions } from '@stamina/core';

/** Calls that are rehearsed at a time. */
export const CALLS = 300;
/** The number of attempts after which a call is no longer watched, because attempts may have no limit. */
export const WATCHED_ATTEMPTS = 60;

/** The kinds of answer that `on` gives for each failure. */
export const ANSWERS = ['true', 'wait', 'atLeast'] as const;

/** Everything that the controls of the playground set. Times are in ms. */
export interface Settings {
  attempts: number;
  timeout: number;
  deadline: number;
  waitInitial: number;
  waitMax: number;
  waitJitter: number;
  waitExpBase: number;
  attemptTimeout: number;
  /** The time after which the signal of a call is aborted. */
  abortAfter: number;
  answer: (typeof ANSWERS)[number];
  /** The wait of such an answer. */
  answerWait: number;
  budget: boolean;
  ratio: number;
  reserve: number;
  minPerSecond: number;
  window: number;
  /** The duration of an attempt. */
  takes: number;
  /** The percentage of attempts that fail. */
  failing: number;
  /** The time, from the first call on, in which all attempts fail. */
  outage: number;
  /** The number of calls that begin each second. */
  rate: number;
  seed: number;
}

/** The defaults. Those of core's options are the same as in core, which a test checks. */
export const DEFAULTS: Settings = {
  attempts: 10,
  timeout: 45_000,
  deadline: Infinity,
  waitInitial: 100,
  waitMax: 5_000,
  waitJitter: 1_000,
  waitExpBase: 2,
  attemptTimeout: Infinity,
  abortAfter: Infinity,
  answer: 'true',
  answerWait: 2_000,
  budget: false,
  ratio: 0.2,
  reserve: 100,
  minPerSecond: 1,
  window: 10_000,
  takes: 200,
  failing: 80,
  outage: 0,
  rate: 10,
  seed: 1,
};

/** The limits of settings that are not options of core. Core itself refuses options that make no sense. */
const SCENARIO: { readonly [key in keyof Settings]?: readonly [least: number, most: number] } = {
  abortAfter: [1, Infinity],
  takes: [1, 60_000],
  failing: [0, 100],
  outage: [0, 600_000],
  rate: [0.1, 1_000],
  seed: [1, 2 ** 31 - 1],
};

/** Returns the nearest value that a setting may have, or `undefined` if it is not a number. Core checks its own options. */
export function limited(key: keyof Settings, value: number): number | undefined {
  const [least, most] = SCENARIO[key] ?? [-Infinity, Infinity];
  return Number.isNaN(value) ? undefined : Math.min(most, Math.max(least, value));
}

/** Reads the settings that `toQuery` wrote. Settings that are unknown or invalid keep their default. */
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

/** Writes the settings that differ from their defaults as a query, such as `?attempts=5`. Returns '' if none do. */
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
  'deadline',
  'waitInitial',
  'waitMax',
  'waitJitter',
  'waitExpBase',
  'attemptTimeout',
] as const;
const BUDGET_KEYS = ['ratio', 'reserve', 'minPerSecond', 'window'] as const;

/** Returns the options of the policy that have defaults. */
export function policyOptions(settings: Settings): Pick<RetryOptions, (typeof POLICY_KEYS)[number]> {
  return Object.fromEntries(POLICY_KEYS.map((key) => [key, settings[key]]));
}

export function budgetOptions(settings: Settings): RetryBudgetOptions {
  return Object.fromEntries(BUDGET_KEYS.map((key) => [key, settings[key]]));
}

/** Writes the policy as code to copy, with only the options that differ from their defaults. */
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
      ? 'await policy.run(({ signal }) => load(signal));'
      : `const signal = AbortSignal.timeout(${literal(settings.abortAfter)});\nawait policy.run((attempt) => load(attempt.signal), { signal });`;
  const imported = settings.budget ? 'retry, retryBudget' : 'retry';
  return [
    `import { ${imported} } from '@stamina/core';`,
    `const policy = retry({\n${options.map((option) => `  ${option},\n`).join('')}});`,
    call,
  ].join('\n\n');
}

function literal(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, '_');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
