// The code of `llms.txt` compiles, and runs where it calls no host.
import { checkReadme } from '../../scripts/vitest/readme.ts';

checkReadme(import.meta.url, 'packages/core/llms.txt');
