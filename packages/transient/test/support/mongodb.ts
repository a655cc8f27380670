// Plays a server of MongoDB, because Debian has none. It answers what the driver needs in order to find a document. Its errors have
// the form that the manual describes: https://www.mongodb.com/docs/manual/reference/error-codes
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** The numbers of the messages of the protocol. The driver begins with an older form. */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

export interface MongoServer {
  readonly url: string;
  /** The number of commands `find` that it received. */
  readonly finds: () => number;
  close(): Promise<unknown>;
}

/** Starts a server that finds a document. The first commands `find`, so many of them, fail as if it shut down. */
export async function startMongo(failures: number, found: object, port = 0): Promise<MongoServer> {
  let finds = 0;
  const answer = (command: object): object => {
    if ('find' in command) {
      if (++finds <= failures) return { ok: 0, code: 11600, codeName: 'InterruptedAtShutdown', errmsg: 'interrupted' };
      return { ok: 1, cursor: { id: BSON.Long.ZERO, ns: 'shop.users', firstBatch: [found] } };
    }
    return {
      ok: 1,
      isWritablePrimary: true,
      minWireVersion: 0,
      maxWireVersion: 25,
      maxBsonObjectSize: 16_777_216,
      helloOk: true,
    };
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= received.readInt32LE()) {
        const message = received.subarray(0, received.readInt32LE());
        received = received.subarray(message.length);
        socket.write(replyTo(message, answer));
      }
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mongodb://127.0.0.1:${(server.address() as { port: number }).port}`,
    finds: () => finds,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function replyTo(message: Buffer, answer: (command: object) => object): Buffer {
  const kind = message.readInt32LE(12);
  // A query has flags, a name that ends with 0, and two numbers before its document. A message has flags and a section.
  const start = kind === OP_QUERY ? message.indexOf(0, 20) + 9 : 21;
  const command = BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)));
  const document = BSON.serialize(answer(command));
  const body = kind === OP_MSG ? Buffer.alloc(5) : Buffer.alloc(20);
  if (kind === OP_QUERY) body.writeInt32LE(1, 16);
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length + document.length);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(kind === OP_MSG ? OP_MSG : OP_REPLY, 12);
  return Buffer.concat([head, body, document]);
}
