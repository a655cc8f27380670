import { CALLS, type Settings } from './settings.ts';

type NumberKey = { [Key in keyof Settings]: Settings[Key] extends number ? Key : never }[keyof Settings];

/** A number that is set by a field or by a slider. */
export interface Field {
  readonly key: NumberKey;
  readonly label: string;
  /** `false` if the label is not the name of an option of core. */
  readonly isOption?: boolean;
  readonly unit: string;
  readonly help: string;
  /** The positions of the slider. */
  readonly stops: readonly number[];
  /** The text for Infinity, if that is allowed. */
  readonly unlimited?: string;
  /** The value that replaces Infinity when the user wants a limit. */
  readonly limit?: number;
  /** Tells whether the field has an effect with these settings. By default it always has. */
  readonly acts?: (settings: Settings) => boolean;
}

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

const WAITS = [
  0, 10, 20, 50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000,
  60_000,
];
const TIMES = [
  100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 120_000, 300_000,
];

const ms = { unit: 'ms', stops: WAITS };

export const BACKOFF: FieldGroup = {
  title: 'How long it waits',
  fields: [
    { key: 'waitInitial', label: 'waitInitial', help: 'lower bound of the first wait', ...ms },
    { key: 'waitMax', label: 'waitMax', help: 'upper bound of each backoff', ...ms },
    { key: 'waitJitter', label: 'waitJitter', help: 'width of the random part', ...ms },
    {
      key: 'waitExpBase',
      label: 'waitExpBase',
      unit: '×',
      help: 'growth per retry',
      stops: [1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 10],
    },
  ],
};

export const ANSWER_WAIT: Field = {
  key: 'answerWait',
  label: 'wait in the answer',
  isOption: false,
  help: 'what the predicate returns, such as a Retry-After',
  ...ms,
  acts: ({ answer }) => answer !== 'true',
};

export const LIMITS: FieldGroup = {
  title: 'When it stops',
  fields: [
    {
      key: 'attempts',
      label: 'attempts',
      unit: '',
      help: 'most attempts, the first included',
      stops: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50],
      unlimited: 'no limit',
      limit: 10,
    },
    {
      key: 'timeout',
      label: 'timeout',
      unit: 'ms',
      help: 'no attempt starts after it',
      stops: TIMES,
      unlimited: 'no limit',
      limit: 45_000,
    },
    {
      key: 'deadline',
      label: 'deadline',
      unit: 'ms',
      help: 'ends the call, even during an attempt',
      stops: TIMES,
      unlimited: 'none',
      limit: 10_000,
    },
    {
      key: 'attemptTimeout',
      label: 'attemptTimeout',
      unit: 'ms',
      help: 'aborts an attempt, and retries it',
      stops: TIMES,
      unlimited: 'none',
      limit: 1_000,
    },
    {
      key: 'abortAfter',
      label: 'signal',
      unit: 'ms',
      help: 'AbortSignal.timeout of each call, which ends it at any time',
      stops: TIMES,
      unlimited: 'none',
      limit: 10_000,
    },
  ],
};

const withBudget = ({ budget }: Settings): boolean => budget;

export const BUDGET: FieldGroup = {
  title: 'Retry budget, shared by all calls',
  fields: [
    {
      key: 'ratio',
      label: 'ratio',
      unit: '',
      help: 'retries allowed per call',
      stops: [0, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2],
      acts: withBudget,
    },
    {
      key: 'reserve',
      label: 'reserve',
      unit: '',
      help: 'retries allowed even without calls',
      stops: [0, 5, 10, 20, 50, 100, 200, 500],
      acts: withBudget,
    },
    {
      key: 'minPerSecond',
      label: 'minPerSecond',
      unit: '/s',
      help: 'refills the reserve',
      stops: [0, 0.5, 1, 2, 5, 10, 20],
      acts: withBudget,
    },
    {
      key: 'window',
      label: 'window',
      unit: 'ms',
      help: 'how long the share of a call counts',
      stops: [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000],
      acts: withBudget,
    },
  ],
};

export const SCENARIO: FieldGroup = {
  title: 'The service that is called',
  fields: [
    {
      key: 'failing',
      label: 'attempts that fail',
      isOption: false,
      unit: '%',
      help: 'decided at random for each attempt',
      stops: [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100],
    },
    {
      key: 'takes',
      label: 'an attempt takes',
      isOption: false,
      unit: 'ms',
      help: 'whether it fails or not',
      stops: WAITS.slice(1),
    },
    {
      key: 'outage',
      label: 'outage',
      isOption: false,
      help: 'time from the first call on in which all attempts fail',
      ...ms,
    },
    {
      key: 'rate',
      label: 'calls',
      isOption: false,
      unit: '/s',
      help: `begin each second; ${CALLS} in all`,
      stops: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    },
  ],
};
