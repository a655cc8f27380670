type Read = () => Promise<ReadableStreamReadResult<Uint8Array>>;

/**
 * Reads a body into `chunks`, until it ends or until more than `maxBytes` have arrived. Rejects if `read` does.
 *
 * @returns whether the body has ended
 */
export async function readChunks(read: Read, maxBytes: number, chunks: Uint8Array[]): Promise<boolean> {
  for (let left = maxBytes; left >= 0; ) {
    const { done, value } = await read();
    if (done) return true;
    chunks.push(value);
    left -= value.byteLength;
  }
  return false;
}
