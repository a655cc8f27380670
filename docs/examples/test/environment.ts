const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env;

/** The environment for child processes: a test runner's wish for colours is not theirs. */
export const ENVIRONMENT: NodeJS.ProcessEnv = rest;
