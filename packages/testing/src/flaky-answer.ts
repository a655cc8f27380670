import type { ServerResponse } from 'node:http';
import type { ResolvedAnswer, ResolvedStep } from './flaky-step.ts';

/** Does what a step says. Resolves early, having done nothing more, once `gone` is aborted. */
export async function play(step: ResolvedStep, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await pause(step.delay, gone);
  // No socket: the client left in the meantime.
  const { socket } = response;
  if (gone.aborted || socket === null) return;
  if (step.kind === 'reset') socket.resetAndDestroy();
  else if (step.kind === 'close') socket.end();
  else if (step.kind === 'answer') await answer(step, response, gone);
}

async function answer(step: ResolvedAnswer, response: ServerResponse, gone: AbortSignal): Promise<void> {
  for (const [name, value] of Object.entries(step.headers)) response.setHeader(name, value);
  // RFC 9110, section 8.6: a 204 has no content-length.
  if (step.status !== 204) response.setHeader('content-length', step.body.length);
  response.writeHead(step.status);
  const bytes = step.body.subarray(0, step.sent);
  if (step.drip === undefined) response.write(bytes);
  else {
    response.flushHeaders();
    for (const byte of bytes) {
      await pause(step.drip, gone);
      if (gone.aborted) return;
      response.write(Uint8Array.of(byte));
    }
  }
  if (step.sent === step.body.length) response.end();
  else {
    response.flushHeaders();
    // Not `destroy`: what was written has to arrive first.
    response.socket?.destroySoon();
  }
}

/** Waits; ends at once, and leaves no timer, when `gone` is aborted. */
function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || gone.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    gone.addEventListener('abort', end, { once: true });
  });
}
