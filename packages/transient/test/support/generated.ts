// The examples of the README load this first. It defines the reader's code that Prisma and gRPC generate.
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { PrismaPg } from '@prisma/adapter-pg';
import { newPrismaClient } from './prisma.ts';

const { POSTGRES_URL, ORDERS_ADDRESS = '' } = process.env;

/** Messages are JSON here, so that this needs no compiler of Protocol Buffers. */
const serialize = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));
const deserialize = (bytes: Buffer): unknown => JSON.parse(String(bytes));

export const LOAD = {
  path: '/shop.Orders/Load',
  requestStream: false,
  responseStream: false,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
};

if (POSTGRES_URL) {
  const Orders = makeGenericClientConstructor({ load: LOAD }, 'shop.Orders');
  Object.assign(globalThis, {
    prisma: await newPrismaClient('postgresql', new PrismaPg({ connectionString: POSTGRES_URL })),
    orders: new Orders(ORDERS_ADDRESS, credentials.createInsecure()),
  });
}
