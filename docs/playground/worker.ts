import { rehearse } from './rehearsal.ts';
import type { Settings } from './settings.ts';

// In a worker `self` is not a window, but TypeScript's DOM library knows only windows.
const port = self as unknown as Worker;

port.onmessage = async ({ data }: MessageEvent<Settings>) => {
  try {
    port.postMessage({ rehearsal: await rehearse(data) });
  } catch (error) {
    port.postMessage({ refusal: String((error as Error).message) });
  }
};
