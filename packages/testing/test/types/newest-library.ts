// If the type library has these types, a server is an `AsyncDisposable`, which `await using` requires, and a recorder
// is a `Disposable`.
import { flakyServer, recordRetries } from '@stamina/testing';

export const disposable: AsyncDisposable = await flakyServer({});
export const recorder: Disposable = recordRetries();
