// Vitest does not know decorators, and does not down-level async generators. Fixtures are therefore compiled by
// TypeScript, in the oldest version that we promise to support.
import { readFileSync } from 'node:fs';
import ts from 'typescript-5.0';

/** Compiles `fixtures/<name>.ts`, and imports it. */
export async function compiled<Module>(name: string, compilerOptions: ts.CompilerOptions): Promise<Module> {
  const source = readFileSync(new URL(`../fixtures/${name}.ts`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...compilerOptions },
  });
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`) as Promise<Module>;
}
