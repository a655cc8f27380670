import { checkReadme } from '../../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/fetch/README.md');
