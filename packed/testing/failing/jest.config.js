module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'] };
