import { addRetryHook, retry } from '@stamina/core';
import { retryingFetch } from '@stamina/fetch';

let retries = 0;
addRetryHook(() => {
  document.querySelector('#retries').textContent = `${++retries} retries`;
});

const api = new URLSearchParams(location.search).get('api');
const fetch = retryingFetch({ waitInitial: 1, waitJitter: 1 });
const show = retry({ on: Error, waitInitial: 1, waitJitter: 1 })(async function show(name) {
  if (retries < 3) throw new Error('not drawn yet');
  document.querySelector('#user').textContent = name;
});

const user = await (await fetch(`${api}/users/1`)).json();
await show(user.name);
