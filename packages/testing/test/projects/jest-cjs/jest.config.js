// Jest as it comes: CommonJS, no flags, and a realm of its own for each file.
module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'] };
