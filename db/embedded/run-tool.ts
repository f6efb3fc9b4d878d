import { spawn } from "node:child_process";
import type { RunAs } from "./choose-user.ts";

export type ToolResult = { code: number | null; output: string };

/** PG* variables of the caller would change what PostgreSQL's programs do: they get a small environment of their own. */
export const toolEnvironment = {
  LC_ALL: "C",
  TZ: "UTC",
  PATH: process.env.PATH ?? "/usr/bin:/bin",
} as unknown as NodeJS.ProcessEnv;

/** Runs one of PostgreSQL's programs to its end, with `input` on its stdin. */
export function runTool(
  program: string,
  args: string[],
  options: { runAs: RunAs; cwd: string; input?: string },
) {
  return new Promise<ToolResult>((resolve) => {
    const child = spawn(program, args, { ...options.runAs, cwd: options.cwd, env: toolEnvironment });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** The line that says what went wrong, out of all that a program printed. */
export function telling(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const last =
    lines.findLast((line) => /\b(FATAL|PANIC|ERROR|error):/.test(line)) ?? lines.at(-1) ?? "no output";
  return last.replace(/^.*?\b(FATAL|PANIC|ERROR|error):\s*/, "");
}
