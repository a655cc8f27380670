export default { test: { setupFiles: ['@stamina/testing/vitest'], include: ['vitest.mjs'] } };
