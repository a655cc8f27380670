import { retry } from '@stamina/core';
import type { Prepare } from '../call.ts';
import { optionsFor } from './stamina.ts';

export const prepare: Prepare = (fn, terms) => {
  const policy = retry(optionsFor(terms));
  return () => policy.run(fn);
};
