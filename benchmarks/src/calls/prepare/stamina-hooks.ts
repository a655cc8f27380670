import { addRetryHook, type RetryHook, retry } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import { destination, pino } from 'pino';
import { Registry } from 'prom-client';
import type { Prepare } from '../call.ts';
import { optionsFor } from './stamina.ts';

const wrapWith =
  (hook: () => RetryHook): Prepare =>
  (fn, terms) => {
    addRetryHook(hook());
    return retry(optionsFor(terms))(fn);
  };

export const prometheus: Prepare = wrapWith(() => prometheusHook({ registry: new Registry() }));

/** To a file that keeps nothing, at once: what writing costs is not what is measured. */
export const pinoToNull: Prepare = wrapWith(() => pinoHook(pino(destination({ dest: '/dev/null', sync: true }))));
