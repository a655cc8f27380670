// The test runner does not know decorators, and leaves async generators as they are: TypeScript, in the oldest version
// that is promised, compiles the fixtures as its users have them compiled.
import { readFileSync } from 'node:fs';
import ts from 'typescript-5.0';

/** The module `fixtures/<name>.ts`, compiled. */
export async function compiled<Module>(name: string, compilerOptions: ts.CompilerOptions): Promise<Module> {
  const source = readFileSync(new URL(`fixtures/${name}.ts`, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...compilerOptions },
  });
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`) as Promise<Module>;
}
