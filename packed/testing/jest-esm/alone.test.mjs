import { afterAll, expect, test } from '@jest/globals';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import promises from '../promises.cjs';

promises.oneByOne(core, testing, { test, afterAll, expect });
