export type SideName = 'yardstick' | 'subject';

/** What both kinds of side-by-side process are told. */
export interface SidesJob {
  /** Who is made first is some 2 % ahead, even of its like; so processes take turns. */
  readonly subjectFirst: boolean;
}

/** Whether the subject goes first in the process of a pass. */
export const subjectGoesFirst = (pass: number): boolean => pass % 2 === 1;

/** Makes both sides, one after the other. */
export async function makeSides<Side>(
  { subjectFirst }: SidesJob,
  make: (name: SideName) => Promise<Side>,
): Promise<Side[]> {
  const names: SideName[] = subjectFirst ? ['subject', 'yardstick'] : ['yardstick', 'subject'];
  const sides: Side[] = [];
  for (const name of names) sides.push(await make(name));
  return sides;
}
