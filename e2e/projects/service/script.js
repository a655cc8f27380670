// Knows nothing of logs and metrics: `--import` brings them.
import { loadOrder } from './orders.js';

console.log(JSON.stringify(await loadOrder(1)));
if (process.env.METRICS) {
  const { register } = await import('prom-client');
  console.log(await register.metrics());
}
