module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'], transform: { '\\.ts$': '@swc/jest' } };
