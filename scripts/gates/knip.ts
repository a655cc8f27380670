// No file, export or dependency is unused.
import { run, tool } from '../gate.ts';

export default {
  knip: () => run(tool('knip'), ['--config', 'scripts/knip.ts', '--no-config-hints']).trim(),
};
