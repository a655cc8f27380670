// Jest loads native ES modules here. Node needs the flag `--experimental-vm-modules` for that.
export default { setupFilesAfterEnv: ['@stamina/testing/jest'], testMatch: ['**/*.test.mjs'], transform: {} };
