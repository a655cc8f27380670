export type { PinoLogger } from './logger.ts';
export type { PinoHookOptions } from './options.ts';
export { pinoHook } from './pino-hook.ts';
