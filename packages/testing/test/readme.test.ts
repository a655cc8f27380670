import { checkReadme } from '../../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/testing/README.md', { setUps: '@stamina/testing' });
