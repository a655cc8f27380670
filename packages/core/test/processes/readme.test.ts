import { checkReadme } from '../../../../vitest.readme.ts';

checkReadme(import.meta.url, 'packages/core/README.md');
checkReadme(import.meta.url, 'README.md');
