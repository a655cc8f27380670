export default { test: { setupFiles: ['@stamina/testing/vitest'], include: ['**/*.spec.js'] } };
