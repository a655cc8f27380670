/** The number of origins whose values are kept. Without a limit, a crawler would collect values for ever. */
const KEPT_ORIGINS = 1_000;

/** Returns a function that makes one value per origin and keeps those of the origins that were used last. */
export function perOrigin<Value>(make: () => Value): (origin: string) => Value {
  // A map is ordered by insertion. Each origin that is used moves to the end, so the first one was not used for longest.
  const values = new Map<string, Value>();
  let newest: string | undefined;
  let value: Value;
  return (origin) => {
    // Most calls go to the same origin as the call before. Then the order stays as it is.
    if (origin === newest) return value;
    newest = origin;
    value = values.get(origin) ?? make();
    values.delete(origin);
    values.set(origin, value);
    if (values.size > KEPT_ORIGINS) values.delete(values.keys().next().value as string);
    return value;
  };
}
