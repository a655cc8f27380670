import { createRequire } from 'node:module';
import { test } from 'vitest';

createRequire(import.meta.url)('./define-tests.cjs').defineTests(test);
