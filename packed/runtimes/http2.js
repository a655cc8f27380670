// Makes each call of HTTP/2 with the runtime's own fetch, and prints what came back. The argument has the URL and the calls.
import process from 'node:process';
import { retryingFetch } from '@stamina/fetch';

const { url, calls } = JSON.parse(process.argv[2]);
const fetch = retryingFetch({ waitInitial: 0, waitJitter: 0, budget: false });
const results = {};
for (const call of calls) {
  const [method] = call.split(' ');
  const init = { method, ...(method === 'POST' && { body: 'cargo' }) };
  results[call] = await fetch(`${url}/${encodeURIComponent(call)}`, init).then(
    (response) => response.text(),
    () => 'failed',
  );
}
// A pipe takes its time.
process.stdout.write(JSON.stringify(results), () => process.exit());
