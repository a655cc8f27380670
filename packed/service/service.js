// A service whose upstream sometimes fails. Its retries are in its log and in its metrics.
import { addRetryHook, retry } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import Fastify from 'fastify';
import { Registry } from 'prom-client';

class UpstreamError extends Error {}

const policy = retry({ on: UpstreamError, attempts: 3, waitInitial: 5, waitJitter: 5 });

const loadOrder = policy(async function loadOrder(id) {
  const response = await fetch(`${process.env.UPSTREAM}/orders/${id}`);
  if (response.status >= 500) throw new UpstreamError(`status ${response.status}`);
  return response.json();
});

const app = Fastify({ logger: true });
const registry = new Registry();
addRetryHook(pinoHook(app.log));
addRetryHook(prometheusHook({ registry }));

app.get('/orders/:id', ({ params }) => loadOrder(params.id));
app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));

await app.listen({ host: '127.0.0.1', port: 0 });
