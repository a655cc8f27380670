// A service whose upstream sometimes fails. Its retries are in its log and in its metrics.
import { addRetryHook } from '@stamina/core';
import { pinoHook } from '@stamina/pino';
import { prometheusHook } from '@stamina/prometheus';
import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { loadOrder } from './orders.js';

const app = Fastify({ logger: true });
const registry = new Registry();
addRetryHook(pinoHook(app.log));
addRetryHook(prometheusHook({ registry }));

app.get('/orders/:id', ({ params }) => loadOrder(params.id));
app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));

await app.listen({ host: '127.0.0.1', port: 0 });
