import { RetryListener } from "@stamina/core";
type LogMethod = (object: object, message?: string) => void;
interface PinoLogger {
    child: (bindings: any, options?: any) => unknown;
    silent: LogMethod;
}
type LevelOf<Logger extends PinoLogger> = Extract<{
    [Key in keyof Logger]: Same<Logger[Key], Logger["silent"]> extends true ? Key : never;
}[keyof Logger], string>;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type PinoLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
interface PinoHookOptions<CustomLevel extends string = never> {
    level?: PinoLevel | CustomLevel | undefined;
    args?: boolean | undefined;
}
declare function pinoHook<Logger extends PinoLogger>(logger?: Logger, options?: PinoHookOptions<LevelOf<Logger>>): RetryListener;
export { type PinoHookOptions, type PinoLogger, pinoHook };
