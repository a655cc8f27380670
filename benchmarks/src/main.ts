import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { CONTENDERS, findContender } from './contenders.ts';
import { FULL, measureCalls, measureModules, QUICK, type Selection } from './plan.ts';
import { callTable, moduleTable } from './table.ts';

const { values: flags } = parseArgs({
  // `pnpm bench -- --quick` hands the `--` on.
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    contender: { type: 'string', multiple: true, default: [] },
    metric: { type: 'string', multiple: true, default: [] },
  },
});

const effort = flags.quick ? QUICK : FULL;
const selection: Selection = {
  contenders: flags.contender.length === 0 ? CONTENDERS : flags.contender.map(findContender),
  metrics: flags.metric,
  millionWaiting: flags.million,
};
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

const started = performance.now();
const figures = await measureCalls(selection, effort, progress);
const modules = flags.metric.length === 0 ? await measureModules(selection, effort, progress) : undefined;
const manifest: { dependencies: Record<string, string> } = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
);
const versions = Object.entries(manifest.dependencies)
  .filter(([name]) => CONTENDERS.some(({ module }) => module === name))
  .map(([name, version]) => `${name} ${version}`);
const setting = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  versions,
  effort,
  seconds: Math.round((performance.now() - started) / 1_000),
};

if (flags.json) {
  console.log(JSON.stringify({ ...setting, figures, ...modules }, null, 2));
} else {
  console.log(
    `${setting.date}, Node ${setting.node}, ${setting.machine}, ${versions.join(', ')}; ${effort.processes} processes of ${effort.rounds} rounds; ${setting.seconds} s\n`,
  );
  console.log(callTable(figures, selection.contenders));
  if (modules) console.log(`\n${moduleTable(modules.modules, modules.emptyMs)}`);
}
