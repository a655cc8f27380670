// Vitest cannot compile decorators, and does not compile async generators for old targets. Therefore TypeScript
// compiles these fixtures, in the oldest version that we promise to support.
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
