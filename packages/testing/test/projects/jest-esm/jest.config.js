// Jest with native ES modules: node --experimental-vm-modules.
export default { setupFilesAfterEnv: ['@stamina/testing/jest'], transform: {} };
