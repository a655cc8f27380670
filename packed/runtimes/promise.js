// Checks promises. Nothing here needs more than every runtime has.

/** Checks promises one after the other. Returns the number of those that were kept, and the errors of the others. */
export async function keep(promises) {
  let kept = 0;
  const broken = {};
  for (const [promise, check] of Object.entries(promises)) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('took too long')), 20_000);
    });
    try {
      await Promise.race([check(), late]);
      kept++;
    } catch (error) {
      // The runtime does not have what this promise needs.
      if (error?.name !== 'NotHere') broken[promise] = String(error?.stack ?? error);
    }
    clearTimeout(timer);
  }
  return { kept, broken };
}

export async function fail(error) {
  throw error;
}

export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`resolved with ${value}`);
}

export function thrown(work) {
  let value;
  try {
    value = work();
  } catch (error) {
    return error;
  }
  throw new Error(`returned ${value}`);
}

export function equal(actual, expected) {
  if (!Object.is(actual, expected))
    throw new Error(`expected ${String(expected)}, got ${String(actual?.stack ?? actual)}`);
}

export function truthy(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}
