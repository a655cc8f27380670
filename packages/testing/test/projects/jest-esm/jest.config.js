// ES modules as they are: node --experimental-vm-modules.
export default { setupFilesAfterEnv: ['@stamina/testing/jest'], transform: {} };
