/** Reads what a stretch of work costs: nanoseconds, or bytes allocated. */
export interface Meter {
  readonly begin: () => void;
  readonly read: () => number;
}

export type MeterKind = 'time' | 'bytes';

const createTimeMeter = (): Meter => {
  let start = 0n;
  return {
    begin() {
      start = process.hrtime.bigint();
    },
    read: () => Number(process.hrtime.bigint() - start),
  };
};

/** Right as long as no collection runs in between: the process is started with a large young generation. */
const createByteMeter = (): Meter => {
  let start = 0;
  return {
    begin() {
      collect();
      start = process.memoryUsage().heapUsed;
    },
    read: () => process.memoryUsage().heapUsed - start,
  };
};

export const createMeter = (kind: MeterKind): Meter => (kind === 'time' ? createTimeMeter() : createByteMeter());

/** Collects all garbage; twice, for what the first collection only made unreachable. */
export function collect(): void {
  if (!globalThis.gc) throw new Error('heap measures need --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
