/**
 * Returns whether a request may arrive more than once. Either its method is one of `methods`, or it has an idempotency
 * key, which lets the server recognise a repetition (the IETF's Idempotency-Key draft).
 */
export function isRepeatable(method: string, headers: unknown, methods: ReadonlySet<string>): boolean {
  return methods.has(method) || hasIdempotencyKey(headers);
}

function hasIdempotencyKey(headers: any): boolean {
  if (!headers) return false;
  if (typeof headers.get === 'function') return Boolean(headers.get('idempotency-key'));
  return Object.keys(headers).some((name) => /^idempotency-key$/i.test(name) && /\S/.test(headers[name]));
}
