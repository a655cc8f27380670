// The Worker that workerd's own test command runs.
import * as fetch from '../../dist/index.js';
import { smoke } from './smoke.js';

export default {
  async test(_, env) {
    console.log(JSON.stringify(await smoke(fetch, JSON.parse(env.URLS), { tellsUnsent: false })));
  },
};
