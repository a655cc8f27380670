// Jest's defaults apply: test files are CommonJS, and each has a realm of its own.
module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'] };
