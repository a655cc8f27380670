// The page of the site about transient errors shows the tables in packages/transient/src. `pnpm gate tables --update` writes them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../packages.ts';

const SOURCES = join(ROOT, 'packages/transient/src');
const PAGE = join(ROOT, 'docs/guide/transient.md');

/** A table of a client: a constant of the type `Rows`, with the comment before it. */
export interface Table {
  /** The name of the file, such as `pg`. */
  readonly client: string;
  readonly about: string;
  /** The page of the manual. */
  readonly manual: string | undefined;
  readonly rows: readonly Row[];
}

export interface Row {
  /** A code, a name, a status or a message. */
  readonly key: string;
  readonly meaning: string;
  readonly kind: string;
  /** `seen` in a test, or in the `manual`. */
  readonly known: 'seen' | 'manual';
}

const TABLE = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:export )?const \w+: Rows = \{\n([\s\S]*?)\n\};/g;
const ROW = /((?: {2}\/\/ .*\n)+) {2}(?:'(.*?)'|"(.*?)"|(\w+)): '(\w+)',/g;
const COMMENT = /^(.*) \[(seen|manual)\]$/;

/** Joins the lines of a comment. */
const textOf = (comment: string): string =>
  comment
    .replaceAll(/\s*\n\s*(?:\/\/|\*)?\s*/g, ' ')
    .replace(/^\s*\/\//, '')
    .trim();

function readRow([, comment = '', single, double, bare, kind = '']: RegExpMatchArray): Row {
  const key = single ?? double ?? bare ?? '';
  const [, meaning, known] = COMMENT.exec(textOf(comment)) ?? [];
  if (!meaning) throw new Error(`the comment before '${key}' does not end with [seen] or [manual]`);
  return { key, meaning, kind, known: known as Row['known'] };
}

/** Reads the tables of one file, such as `pg`. */
export function readTables(client: string): Table[] {
  const source = readFileSync(join(SOURCES, `${client}.ts`), 'utf8');
  return Array.from(source.matchAll(TABLE), ([, comment = '', body = '']) => {
    const [about = '', manual] = textOf(comment).split(/:? (?=https:)/);
    const rows = Array.from(body.matchAll(ROW), readRow);
    const lines = body.split('\n').filter((line) => !line.startsWith('  //')).length;
    if (rows.length !== lines) throw new Error(`${client}.ts: a row of "${about}" has no comment before it`);
    return { client, about: about.replace(/[.:]?$/, ''), manual, rows };
  });
}

const PREDICATES: Record<string, string> = {
  conflict: '`isConflict`',
  unavailable: '`isUnavailable`',
  throttled: '`isThrottled`',
  never: 'none',
};

function markdownOf({ about, manual, rows }: Table): string {
  const known = { seen: 'seen in a test', manual: `[manual](${manual})` };
  const lines = rows.map(
    (row) => `| \`${row.key}\` | ${row.meaning} | ${PREDICATES[row.kind]} | ${known[row.known]} |`,
  );
  return [`${about}:`, '', '| | meaning | predicate | how we know |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** Writes a list of packages/network, with the comment before each of its rows. */
function listOf(name: string, title: string): string {
  const source = readFileSync(join(ROOT, 'packages/network/src/unreachable.ts'), 'utf8');
  const [, body = ''] = new RegExp(`const ${name}: [^[]*\\[\\n([\\s\\S]*?)\\n\\]`).exec(source) ?? [];
  const rows = Array.from(
    body.matchAll(/ {2}\/\/ (.*)\n {2}'(.*)',/g),
    ([, meaning, key]) => `| \`${key}\` | ${meaning} |`,
  );
  if (rows.length * 2 !== body.split('\n').length)
    throw new Error(`a row of ${name} has no comment of one line before it`);
  return [`${title}:`, '', '| | meaning |', '| --- | --- |', ...rows].join('\n');
}

const connections = (): string =>
  [
    listOf('CONNECTION_CODES', 'The codes of Node, Bun and undici, which every module knows'),
    listOf('FETCH_MESSAGES', 'The messages of `fetch`, which the module for LLMs knows'),
  ].join('\n\n');

const BLOCK = /(<!-- tables:([\w-]+) -->\n)[\s\S]*?(<!-- \/tables -->)/g;

const updated = (page: string): string =>
  page.replaceAll(BLOCK, (_, begin: string, client: string, end: string) => {
    const tables = client === 'connections' ? connections() : readTables(client).map(markdownOf).join('\n\n');
    return `${begin}\n${tables}\n\n${end}`;
  });

if (process.argv.includes('--update')) writeFileSync(PAGE, updated(readFileSync(PAGE, 'utf8')));

const checks: Record<string, () => string> = {
  'docs/guide/transient.md': () => {
    const page = readFileSync(PAGE, 'utf8');
    if (page !== updated(page)) throw new Error('does not show the tables of today; run `pnpm gate tables --update`');
    const shown = Array.from(page.matchAll(BLOCK), ([, , client]) => client);
    const missing = readdirSync(SOURCES)
      .map((file) => basename(file, '.ts'))
      .filter((client) => readTables(client).length > 0 && !shown.includes(client));
    if (missing.length > 0) throw new Error(`has no tables of ${missing.join(', ')}`);
    return '';
  },
};
export default checks;
