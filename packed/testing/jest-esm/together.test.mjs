import { test } from '@jest/globals';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import promises from '../promises.cjs';

promises.together(core, testing, test.concurrent);
