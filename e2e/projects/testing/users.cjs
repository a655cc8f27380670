// What is tested: in production it waits for minutes.
const { retry } = require('@stamina/core');

class Unavailable extends Error {}

const policy = retry({ on: Unavailable, waitInitial: 60_000, waitMax: 120_000, timeout: Infinity });

exports.Unavailable = Unavailable;
exports.loadUser = policy(async function loadUser(source) {
  return source();
});
