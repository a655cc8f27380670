module.exports = { setupFilesAfterEnv: ['@stamina/testing/jest'], transform: { '\\.ts$': 'ts-jest' } };
