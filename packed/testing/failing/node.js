const { test } = require('node:test');
require('./define-tests.cjs').defineTests(test);
