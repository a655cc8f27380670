// With a library that knows them, a server is an `AsyncDisposable`, as `await using` wants it, and a recorder a `Disposable`.
import { flakyServer, recordRetries } from '@stamina/testing';

export const disposable: AsyncDisposable = await flakyServer({});
export const recorder: Disposable = recordRetries();
