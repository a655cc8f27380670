/* Names that the READMEs' examples use without saying where they come from: the reader's own code. */
interface User {
  readonly id: string;
}
declare class HttpError extends Error {
  readonly status: number;
}
declare const id: string;
declare function loadUser(id: string, signal?: AbortSignal): Promise<User>;
declare function fetchUser(id: string): Promise<User>;
declare function query(): Promise<unknown[]>;
