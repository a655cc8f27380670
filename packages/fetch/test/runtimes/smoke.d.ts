export const PROMISES: readonly string[];
