// A registry on loopback, where anyone may publish, and which has nothing but what was published to it. Prints its URL,
// and runs until its input ends: no longer than who started it.
import { join } from 'node:path';
import process from 'node:process';
import { runServer } from 'verdaccio';

const home = process.argv[2];
const server = await runServer({
  self_path: home,
  storage: join(home, 'storage'),
  uplinks: {},
  packages: { '**': { access: '$all', publish: '$all' } },
  log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  web: { enable: false },
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
process.stdin.resume().on('end', () => process.exit());
