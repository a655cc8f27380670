const { test } = require('@jest/globals');
require('./define-tests.cjs').defineTests(test);
