export default { testMatch: ['**/jest.test.cjs'], setupFilesAfterEnv: ['@stamina/testing/jest'] };
