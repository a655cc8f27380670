export type { EventLogger, EventLoggerProvider } from './events.ts';
export { observeBudget } from './metrics.ts';
export { openTelemetryHook } from './opentelemetry-hook.ts';
export type { OpenTelemetryHookOptions } from './options.ts';
export { resendCount } from './resend-count.ts';
