import { join } from 'node:path';
import { installed } from './installed.ts';
import { ROOT } from './packages.ts';

/** Where the runtimes are that npm brings: those that are promised, beside the workspace's own Node. */
export const programs = (): string => join(installed(join(ROOT, 'runtimes/programs')), 'node_modules');

/** The path of a Node of this major version: the workspace's own, or else the one that `runtimes/programs` names. */
export function findNode(major: number): string {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  return join(programs(), `node-${major}/bin/node`);
}
