// With `--enable-source-maps`, what a stack trace says of core leads to a line of its sources.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { retry } from '@stamina/core';

let error;
try {
  retry({ on: Error, attempts: 0 });
} catch (refused) {
  error = refused;
}
const [, file, line, column] = /\((?:file:\/\/)?(\/.*?\/core\/src\/[\w/-]+\.ts):(\d+):(\d+)\)/.exec(error.stack);
const there = readFileSync(file, 'utf8')
  .split('\n')
  [line - 1].slice(column - 1);
assert.match(there, /\w/);
console.log(`a refused option leads to ${file.split('/').slice(-2).join('/')}: ${there.trim()}`);
