import { register } from 'prom-client';
import { paint } from './paint.ts';

/** Prints what a Prometheus would be told, all but the buckets of waits and what is still zero. */
export async function printMetrics(): Promise<void> {
  const page = await register.metrics();
  console.log(`\n${paint('bold', '/metrics, without buckets and zeros')}\n`);
  console.log(
    page
      .split('\n')
      .filter((line) => !line.includes('_bucket{') && !line.endsWith(' 0'))
      .join('\n')
      .trim(),
  );
}
