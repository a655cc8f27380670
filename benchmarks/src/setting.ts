import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where, when and with what something was measured. */
export interface Setting {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  /** Of what is beside stamina, exact. */
  readonly versions: Readonly<Record<string, string>>;
}

export function setting(): Setting {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: `${availableParallelism()} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: Object.fromEntries(
      Object.entries(dependencies).filter(([, version]) => !version.startsWith('workspace:')),
    ),
  };
}

export const settingLine = ({ date, node, machine }: Setting): string => `${date}, Node ${node}, ${machine}`;
