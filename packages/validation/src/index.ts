export {
  type Check,
  checkBoolean,
  checkCallback,
  checkFunction,
  checkInteger,
  checkList,
  checkNumber,
  checkString,
  checkThat,
  checkTimer,
} from './check.ts';
export {
  builtInName,
  handleRejection,
  hasMethods,
  isAtLeast,
  isBuiltIn,
  isClass,
  isFunction,
  isNumber,
  isOwn,
  isSignal,
  isThenable,
  isWhole,
  memberOf,
} from './kinds.ts';
export { invalid, invalidRange, show } from './message.ts';
export {
  checkKeys,
  checkObject,
  checkOptions,
  type Option,
  type OptionTable,
  type Owner,
  unknownOption,
} from './options.ts';
