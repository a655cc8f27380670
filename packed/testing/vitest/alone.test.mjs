import { createRequire } from 'node:module';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { afterAll, expect, test } from 'vitest';

const { oneByOne } = createRequire(import.meta.url)('../promises.cjs');

oneByOne(core, testing, { test, afterAll, expect });
