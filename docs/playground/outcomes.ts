import type { Outcome } from './rehearsal.ts';
import { WATCHED_ATTEMPTS } from './settings.ts';

/** How the ends of a call are called: beside it, and in a sentence. */
export const OUTCOMES: Readonly<Record<Outcome, { readonly mark: string; readonly text: string }>> = {
  success: { mark: '✓', text: 'succeeded' },
  attempts: { mark: '✗ attempts', text: 'gave up: no attempt was left' },
  timeout: { mark: '✗ timeout', text: 'gave up: the next wait would not have fitted into the timeout' },
  budget: { mark: '✗ budget', text: 'gave up: the retry budget was empty' },
  aborted: { mark: '✗ aborted', text: 'were aborted by their signal' },
  unmatched: { mark: '✗ unmatched', text: 'let their error through' },
  cut: { mark: '… goes on', text: `went on: they are watched for ${WATCHED_ATTEMPTS} attempts` },
};
