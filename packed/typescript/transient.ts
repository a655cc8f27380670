// This is a program as users write it. packages.test.js compiles it as an ES module and as CommonJS, with
// the oldest and the newest TypeScript, and runs the results.
import { retry } from '@stamina/core';
import { isThrottled } from '@stamina/transient/llm';
import { isConflict } from '@stamina/transient/pg';

async function main(): Promise<void> {
  let attempts = 0;
  const transfer = retry({ on: [isConflict, isThrottled], waitMax: 0, attempts: 2 })(async function transfer() {
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error('could not serialize access'), { code: '40001' });
    return 'transferred';
  });
  console.log(`${await transfer()} after ${attempts} attempts`);
}

void main();
