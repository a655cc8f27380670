/*
 * Declares the names that the README's examples use without an import. They belong to the reader's code, which Prisma and
 * gRPC generate.
 */
interface Transaction {
  account: { update(args: { where: { id: number }; data: { balance: { decrement: number } } }): Promise<unknown> };
}
declare const prisma: {
  $transaction(fn: (tx: Transaction) => Promise<void>, options: { isolationLevel: 'Serializable' }): Promise<void>;
};
declare const orders: {
  load(
    request: { id: number },
    options: { deadline: number },
    callback: (error: Error | null, reply: unknown) => void,
  ): unknown;
};
