// Makes a real Prisma Client. Prisma's generator writes a class with the same configuration, but it needs a program that has to
// be downloaded. Since version 7, the client itself needs none.
import { type GetPrismaClientConfig, getPrismaClient } from '@prisma/client/runtime/client';

type Provider = 'mysql' | 'postgresql';

export interface Transaction {
  readonly account: {
    findMany(): Promise<unknown>;
    create(args: object): Promise<unknown>;
    update(args: object): Promise<unknown>;
  };
  $queryRawUnsafe(sql: string): Promise<readonly Record<string, unknown>[]>;
  $executeRawUnsafe(sql: string): Promise<unknown>;
}
export interface PrismaClient extends Transaction {
  $transaction<Result>(run: (tx: Transaction) => Promise<Result>, options?: object): Promise<Result>;
  $disconnect(): Promise<void>;
}

const field = (name: string) => ({ name, kind: 'scalar' as const, type: 'Int' });

/** Makes a client for a table `account` with the columns `id` and `balance`. */
export async function newPrismaClient(provider: Provider, adapter: object): Promise<PrismaClient> {
  const compiler = `@prisma/client/runtime/query_compiler_small_bg.${provider}`;
  const config: GetPrismaClientConfig = {
    clientVersion: '7',
    engineVersion: '7',
    previewFeatures: [],
    activeProvider: provider,
    inlineSchema: `generator client {
      provider = "prisma-client"
    }
    datasource db {
      provider = "${provider}"
    }
    model account {
      id      Int @id
      balance Int
    }`,
    runtimeDataModel: {
      models: { account: { fields: [field('id'), field('balance')], dbName: null, schema: null } },
      enums: {},
      types: {},
    } as never,
    parameterizationSchema: { strings: [], graph: 'AAAA' },
    compilerWasm: {
      getRuntime: () => import(`${compiler}.mjs`),
      async getQueryCompilerWasmModule() {
        const { wasm } = (await import(`${compiler}.wasm-base64.mjs`)) as { wasm: string };
        return new WebAssembly.Module(Buffer.from(wasm, 'base64'));
      },
      importName: './query_compiler_small_bg.js',
    },
  };
  const Client = getPrismaClient(config) as unknown as new (options: object) => PrismaClient;
  return new Client({ adapter });
}
