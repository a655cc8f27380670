import { defineComponent, h, ref, type VNode } from 'vue';
import { formatMs } from './chart.ts';
import { ANSWER_WAIT, BACKOFF, BUDGET, type Field, type FieldGroup, LIMITS, SCENARIO } from './fields.ts';
import { ANSWERS, limited, type Settings } from './settings.ts';

/** Changes some of the settings. */
export type Change = (changed: Partial<Settings>) => void;

const ANSWER_TEXTS: Readonly<Record<Settings['answer'], string>> = {
  true: 'true (or a class): wait as usual',
  wait: 'a wait: wait exactly so long',
  atLeast: '{ atLeast }: at least so long, and jitter',
};

/** The form, with a control for every option that changes when something happens. */
export function controls(settings: Settings, refused: string | undefined, unfolded: boolean, change: Change): VNode {
  const group = ({ title, fields }: FieldGroup, ...before: VNode[]): VNode =>
    h('details', { class: 'pg-group', open: unfolded || title === BACKOFF.title, key: title }, [
      h('summary', title),
      ...before,
      ...fields.map((field) => numberControl(field, settings, refused, change)),
    ]);
  return h(
    'form',
    { class: 'pg-controls', 'aria-label': 'Policy', onSubmit: (event: Event) => event.preventDefault() },
    [
      group({ ...BACKOFF, fields: [...BACKOFF.fields, ANSWER_WAIT] }, answerControl(settings, change)),
      group(LIMITS),
      group(BUDGET, budgetControl(settings, change)),
      group(SCENARIO),
    ],
  );
}

function answerControl({ answer }: Settings, change: Change): VNode {
  const onChange = (event: Event): void => {
    change({ answer: (event.target as HTMLSelectElement).value as Settings['answer'] });
  };
  return h('div', { class: 'pg-field' }, [
    h('label', { for: 'pg-answer' }, [h('code', 'on'), h('small', 'the answer of its predicate to a failure')]),
    h(
      'select',
      { id: 'pg-answer', value: answer, onChange },
      ANSWERS.map((value) => h('option', { value, selected: value === answer }, ANSWER_TEXTS[value])),
    ),
  ]);
}

function budgetControl({ budget }: Settings, change: Change): VNode {
  return h('div', { class: 'pg-field' }, [
    h('label', { class: 'pg-check', for: 'pg-budget' }, [
      h('input', {
        id: 'pg-budget',
        type: 'checkbox',
        checked: budget,
        onChange: (event: Event) => change({ budget: (event.target as HTMLInputElement).checked }),
      }),
      h('code', 'budget'),
    ]),
  ]);
}

function numberControl(field: Field, settings: Settings, refused: string | undefined, change: Change): VNode {
  const { key, label, isOption, unit, help, stops, unlimited, limit, acts } = field;
  const value = settings[key];
  const id = `pg-${key}`;
  const isUnlimited = value === Infinity;
  const disabled = isUnlimited || acts?.(settings) === false;
  const set = (given: number): void => {
    // Text that is not a number leaves the earlier value.
    change({ [key]: limited(key, given) ?? value });
  };
  const numberOf = (event: Event): number => (event.target as HTMLInputElement).valueAsNumber;
  return h('div', { class: ['pg-field', disabled && !isUnlimited && 'pg-idle'] }, [
    h('label', { for: id }, [h(isOption === false ? 'span' : 'code', label), h('small', { id: `${id}-help` }, help)]),
    h('span', { class: 'pg-number' }, [
      h(NumberInput, {
        id,
        value,
        disabled,
        'aria-describedby': `${id}-help`,
        'aria-invalid': refused?.startsWith(`\`${key}\``) ?? false,
        onSet: set,
      }),
      h('span', { class: 'pg-unit' }, unit),
    ]),
    h('input', {
      type: 'range',
      'aria-label': `${label}, slider`,
      'aria-valuetext': unit === 'ms' ? formatMs(value) : `${value} ${unit}`,
      min: 0,
      max: stops.length - 1,
      step: 1,
      disabled,
      value: nearest(stops, isUnlimited ? (limit as number) : value),
      onInput: (event: Event) => set(stops[numberOf(event)] as number),
    }),
    unlimited &&
      h('label', { class: 'pg-check' }, [
        h('input', {
          type: 'checkbox',
          checked: isUnlimited,
          'aria-label': `${label}: ${unlimited}`,
          onChange: (event: Event) => set((event.target as HTMLInputElement).checked ? Infinity : (limit as number)),
        }),
        unlimited,
      ]),
  ]);
}

function nearest(stops: readonly number[], value: number): number {
  const distances = stops.map((stop) => Math.abs(stop - value));
  return distances.indexOf(Math.min(...distances));
}

/** A field for a number. Each key sets it, and the text stays as it was typed until the field is left. */
const NumberInput = defineComponent({
  props: { value: { type: Number, required: true } },
  emits: { set: (_value: number) => true },
  setup(props, { emit }) {
    /** The text that is being typed. Drawing the form again must not replace it. */
    const draft = ref<string>();
    const input = (event: Event): HTMLInputElement => event.target as HTMLInputElement;
    return () =>
      h('input', {
        type: 'number',
        step: 'any',
        inputmode: 'decimal',
        value: draft.value ?? (props.value === Infinity ? '' : props.value),
        placeholder: props.value === Infinity ? '∞' : undefined,
        onInput: (event: Event) => {
          draft.value = input(event).value;
          emit('set', input(event).valueAsNumber);
        },
        onChange: () => {
          draft.value = undefined;
        },
      });
  },
});
