import { defineComponent, h, ref } from 'vue';

/** A field for a number, which is set once it is left or Enter is pressed: `0.05` begins with a 0. */
export const NumberInput = defineComponent({
  props: { value: { type: Number, required: true } },
  emits: { set: (_value: number) => true },
  setup(props, { emit }) {
    /** What is being typed: nothing that is drawn meanwhile may replace it. */
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
        },
        onChange: (event: Event) => {
          const value = input(event).valueAsNumber;
          draft.value = undefined;
          emit('set', value);
        },
      });
  },
});
