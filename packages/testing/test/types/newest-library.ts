// With a library that knows `Symbol.asyncDispose`, a server is an `AsyncDisposable`, as `await using` wants it.
import { flakyServer } from '@stamina/testing';

export const disposable: AsyncDisposable = await flakyServer({});
