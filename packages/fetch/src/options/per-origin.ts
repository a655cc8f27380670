/** The number of origins whose values are kept. Without a limit, the values of a crawler would fill the memory. */
const KEPT_ORIGINS = 1_000;

/** Returns a function that makes one value per origin, and keeps the values of the origins that were used last. */
export function perOrigin<Value>(make: () => Value): (origin: string) => Value {
  // A map is ordered by insertion. Each use moves an origin to the end, so the first origin is the least recently used.
  const values = new Map<string, Value>();
  let newest: string | undefined;
  let value: Value;
  return (origin) => {
    // Most calls go to the same origin as the call before. The order does not change then.
    if (origin === newest) return value;
    newest = origin;
    value = values.get(origin) ?? make();
    values.delete(origin);
    values.set(origin, value);
    if (values.size > KEPT_ORIGINS) values.delete(values.keys().next().value as string);
    return value;
  };
}
