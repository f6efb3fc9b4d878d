import { spawn } from "node:child_process";
import { root } from "./layout.mjs";

/**
 * Runs an npm script with our terminal, and answers whether it went well. It has a process group of its own, so that
 * whatever it started ends with it when `stop` is aborted or this process ends.
 */
export function runPart(script, args, env, stop) {
  const { npm_execpath: npm } = process.env;
  const [program, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ["npm", []];
  return new Promise((resolve) => {
    const child = spawn(program, [...first, "run", "--silent", script, "--", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const end = () => killGroup(child, "SIGTERM");
    process.on("exit", end);
    stop.addEventListener("abort", end);
    const settle = (isGood) => {
      process.removeListener("exit", end);
      stop.removeEventListener("abort", end);
      resolve(isGood);
    };
    child.on("error", () => settle(false));
    child.on("exit", (code) => settle(code === 0));
  });
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All of it has ended.
  }
}
