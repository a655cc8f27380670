export { CALL_SECONDS, RETRIES_PER_CALL, WAIT_SECONDS } from './buckets.ts';
export { checkErrorType, type ErrorType, errorType } from './error-type.ts';
export {
  checkMaxCallables,
  DEFAULT_MAX_CALLABLES,
  limitCallables,
  OTHER,
  type Outcome,
  outcomeOf,
  REASONS,
} from './labels.ts';
