import { after, test } from 'node:test';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { oneByOne } from '../promises.cjs';

oneByOne(core, testing, { test, afterAll: after });
