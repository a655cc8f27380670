// Jest without further configuration. It uses CommonJS, and each file has a realm of its own.
module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'] };
