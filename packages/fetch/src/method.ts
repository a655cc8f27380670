/** Whether a request may be repeated: its method is one of `methods`, or its sender made it so by a key that tells the server which copies are one (the IETF's Idempotency-Key draft). */
export function isRepeatable(method: string, headers: unknown, methods: ReadonlySet<string>): boolean {
  return methods.has(method) || hasIdempotencyKey(headers);
}

function hasIdempotencyKey(headers: unknown): boolean {
  if (!headers) return false;
  try {
    return Boolean(new Headers(headers as HeadersInit).get('idempotency-key'));
  } catch {
    return false; // Invalid headers: `fetch` itself complains.
  }
}
