// A command in one file, as it is put into a container or a Lambda.
import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';
import { fetch } from '@stamina/fetch';

class Commands {
  calls = 0;

  @retry({ on: Error, waitInitial: 1, waitJitter: 1 })
  async load(url: string): Promise<string> {
    if (++this.calls === 1) throw new Error('not yet');
    return (await fetch(url)).text();
  }
}

const commands = new Commands();
void commands.load(process.argv[2] as string).then((text) => {
  const answer = retrySync({ on: Error, waitInitial: 1, waitJitter: 1 }).run(({ num }) => {
    if (num === 1) throw new Error('not yet');
    return num;
  });
  console.log(`${text} after ${commands.calls} calls, and ${answer}`);
});
