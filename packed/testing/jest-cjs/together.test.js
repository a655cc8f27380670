const core = require('@stamina/core');
const testing = require('@stamina/testing');
const { test } = require('@jest/globals');
const { together } = require('../promises.cjs');

together(core, testing, test.concurrent);
