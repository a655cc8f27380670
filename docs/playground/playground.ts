import { defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef, type VNode } from 'vue';
import { formatMs, formatShare, trimmed } from './chart.ts';
import { runsChart, totalsChart, waitsChart } from './charts.ts';
import { controls } from './controls.ts';
import type { Rehearsal } from './rehearsal.ts';
import { DEFAULTS, fromQuery, type Settings, toCode, toQuery } from './settings.ts';
import { OUTCOMES, type RetryRow, type Summary, summarize } from './summary.ts';

interface Shown {
  readonly settings: Settings;
  readonly rehearsal: Rehearsal;
  readonly summary: Summary;
}

/** Shows what a policy does. Core itself runs it, in a worker whose time is virtual. */
export const Playground = defineComponent({
  setup() {
    const settings = ref<Settings>({ ...DEFAULTS });
    const shown = shallowRef<Shown>();
    const refusal = ref<string>();
    const copied = ref('');
    // On a narrow screen the controls would fill several screens.
    const unfolded = matchMedia('(min-width: 700px)').matches;
    let worker: Worker | undefined;
    let running: Settings | undefined;
    const busy = ref(true);

    const rehearse = (): void => {
      // Only one rehearsal runs at a time. The next one takes the settings that changed in the meantime.
      if (running || !worker) return;
      running = { ...settings.value };
      busy.value = true;
      worker.postMessage(running);
    };
    const receive = ({ data }: MessageEvent<{ rehearsal?: Rehearsal; refusal?: string }>): void => {
      const done = running as Settings;
      running = undefined;
      refusal.value = data.refusal;
      if (data.rehearsal) {
        const summary = summarize(data.rehearsal, Math.min(done.takes, done.attemptTimeout, done.deadline));
        shown.value = { settings: done, rehearsal: data.rehearsal, summary };
      }
      busy.value = false;
      if (toQuery(done) !== toQuery(settings.value)) rehearse();
    };
    const change = (changed: Partial<Settings>): void => {
      settings.value = { ...settings.value, ...changed };
      copied.value = '';
      // Not `pushState`: a slider would fill the history.
      history.replaceState(history.state, '', location.pathname + toQuery(settings.value) + location.hash);
      rehearse();
    };
    const load = (): void => {
      settings.value = fromQuery(location.search);
      rehearse();
    };
    const copy = async (what: string, text: string): Promise<void> => {
      await navigator.clipboard.writeText(text).then(
        () => {
          copied.value = `${what} copied`;
        },
        () => {
          copied.value = 'The browser does not let this page copy.';
        },
      );
    };

    onMounted(() => {
      worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.onmessage = receive;
      addEventListener('popstate', load);
      load();
    });
    onBeforeUnmount(() => {
      removeEventListener('popstate', load);
      worker?.terminate();
    });

    return () =>
      h('div', { class: 'pg', 'data-busy': busy.value }, [
        controls(settings.value, refusal.value, unfolded, change),
        h('div', { class: 'pg-code' }, [
          // Above the code, because buttons below it would move under the pointer whenever a line is added.
          h('div', { class: 'pg-buttons' }, [
            h('button', { type: 'button', onClick: () => void copy('Code', toCode(settings.value)) }, 'Copy code'),
            h('button', { type: 'button', onClick: () => void copy('Link', location.href) }, 'Copy link'),
            h('button', { type: 'button', onClick: () => change({ seed: settings.value.seed + 1 }) }, 'Draw anew'),
            h('button', { type: 'button', onClick: () => change(DEFAULTS) }, 'Defaults'),
            h('span', { role: 'status' }, copied.value),
          ]),
          h('pre', { tabindex: 0, 'aria-label': 'The policy as code' }, h('code', toCode(settings.value))),
        ]),
        h('div', { class: 'pg-summary' }, [
          refusal.value && h('p', { class: 'pg-refusal', role: 'alert' }, withCode(refusal.value)),
          shown.value && h('div', { class: refusal.value && 'pg-stale' }, atAGlance(shown.value)),
        ]),
        shown.value && h('div', { class: ['pg-details', refusal.value && 'pg-stale'] }, inDetail(shown.value)),
      ]);
  },
});

/** The results that stand above the controls on a narrow screen, so that both can be seen at once. */
function atAGlance({ rehearsal: { calls }, summary }: Shown): VNode[] {
  return [figures(summary, calls.length), waitsChart(summary.retries, calls)];
}

function inDetail({ settings, rehearsal: { calls }, summary }: Shown): VNode[] {
  const limits = (['timeout', 'deadline'] as const).map((name) => ({ name, ms: settings[name] }));
  return [runsChart(calls, limits), totalsChart(summary, limits), table(summary.retries)];
}

function figures(summary: Summary, calls: number): VNode {
  const figure = (name: string, value: string, title: string): VNode =>
    h('div', { title }, [h('dt', title), h('dd', { 'data-figure': name }, value)]);
  return h('div', [
    h('dl', { class: 'pg-figures' }, [
      figure('median', formatMs(summary.median), 'median call'),
      figure('p95', formatMs(summary.p95), '95 % of calls within'),
      figure('longest', formatMs(summary.longest), 'longest call'),
      figure('attempts', trimmed(summary.attemptsPerCall, 2), 'attempts per call'),
    ]),
    h(
      'ul',
      { class: 'pg-outcomes' },
      summary.outcomes.map(({ outcome, count }) =>
        h('li', { 'data-outcome': outcome, 'data-count': count }, [
          h('i', { class: ['pg-key', outcome === 'success' ? 'pg-success' : 'pg-failed'] }),
          `${formatShare(count / calls)} ${OUTCOMES[outcome].text}`,
        ]),
      ),
    ),
  ]);
}

function table(retries: readonly RetryRow[]): VNode {
  const cells = ({ retryNum, from, to, share, earliest, latest }: RetryRow): string[] => [
    String(retryNum),
    ...[from, to].map((ms) => String(Math.round(ms))),
    formatShare(share),
    ...[earliest, latest].map((ms) => String(Math.round(ms))),
  ];
  const heads = ['retry', 'waits from', 'to', 'had by', 'begins from', 'to'];
  return h('details', { class: 'pg-table' }, [
    h('summary', 'The numbers, in ms'),
    h('table', [
      h(
        'thead',
        h(
          'tr',
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h(
        'tbody',
        retries.map((row) =>
          h(
            'tr',
            cells(row).map((cell) => h('td', cell)),
          ),
        ),
      ),
    ]),
  ]);
}

/** Marks the parts of a text between backticks as code. */
function withCode(text: string): (string | VNode)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', part) : part));
}
