const core = require('@stamina/core');
const testing = require('@stamina/testing');
const { afterAll, expect, test } = require('@jest/globals');
const { oneByOne } = require('../promises.cjs');

oneByOne(core, testing, { test, afterAll, expect });
