/** An answer of a server that is no success. */
export class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

let answers: number[] = [];
let calls = 0;

/** Loads a user from a server that gives these answers, and success after them. */
export async function load(_signal?: AbortSignal | null): Promise<string> {
  calls++;
  const status = answers.shift() ?? 200;
  if (status !== 200) throw new HttpError(status);
  return 'Ada';
}

/** Prints the results of a call to a server that is busy twice, and to one that answers 404. */
export async function show(who: string, call: () => Promise<unknown>): Promise<void> {
  for (const given of [[503, 503], [404]]) {
    answers = [...given];
    calls = 0;
    const result = await call().catch((error: unknown) => (error as Error).message);
    console.log(`${who}: ${String(result)} after ${calls} ${calls === 1 ? 'call' : 'calls'}`);
  }
}

/** Prints the end of a call whose function throws `thrown` each time, and the number of times it was called. */
export async function showFailing(
  what: string,
  thrown: unknown,
  call: (fail: () => Promise<never>) => Promise<unknown>,
): Promise<void> {
  let calls = 0;
  const fail = async (): Promise<never> => {
    calls++;
    throw thrown;
  };
  const end = await call(fail).catch(String);
  console.log(`${what}: ${end} after ${calls} ${calls === 1 ? 'call' : 'calls'}`);
}
