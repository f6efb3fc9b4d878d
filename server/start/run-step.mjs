import { spawn } from "node:child_process";
import { root } from "./layout.mjs";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/**
 * Runs a program to its end and keeps what it prints.
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function runStep(program, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => end(null, `${output}${error.message}`));
    child.on("close", (code) => end(code, output));
    const end = (code, text) => {
      running.delete(child);
      resolve({ code, output: text });
    };
  });
}
