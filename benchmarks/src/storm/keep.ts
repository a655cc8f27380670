import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** Writes the files; or, to check, says which of them are not what they would be. */
export function keep(files: ReadonlyMap<string, string>, check: boolean): string[] {
  const changed = [...files].filter(([file, text]) => read(file) !== text).map(([file]) => file);
  if (check) return changed.map((file) => basename(file));
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return [];
}
