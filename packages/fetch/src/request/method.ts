/**
 * Returns whether a request may arrive more than once. Either its method is one of `methods`, or it has an idempotency
 * key, which lets the server recognise a repetition (the IETF's Idempotency-Key draft).
 */
export function isRepeatable(method: string, headers: unknown, methods: ReadonlySet<string>): boolean {
  return methods.has(method) || hasIdempotencyKey(headers);
}

function hasIdempotencyKey(headers: unknown): boolean {
  if (!headers) return false;
  try {
    return Boolean(new Headers(headers as HeadersInit).get('idempotency-key'));
  } catch {
    return false; // The headers are invalid, which `fetch` itself reports.
  }
}
