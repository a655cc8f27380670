import { describe, test } from 'node:test';
import * as core from '@stamina/core';
import * as testing from '@stamina/testing';
import { together } from '../promises.cjs';

describe('at the same time', { concurrency: true }, () => together(core, testing, test));
