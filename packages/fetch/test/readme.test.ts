import { checkReadme } from '../../../vitest.readme.ts';

checkReadme(import.meta.url, 'packages/fetch/README.md');
