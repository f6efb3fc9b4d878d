import { spawn } from "node:child_process";

/**
 * Runs the same command on another Node and ends as it ends; signals pass through. `stop` is aborted when this process
 * is to end: the other one then gets a moment to end in order.
 */
export function reExecute(node, stop, beganAt = Date.now()) {
  return new Promise((resolve) => {
    const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: "inherit",
      env: { ...process.env, MILEPOST_REEXECUTED: "1", MILEPOST_BEGAN_AT: String(beganAt) },
    });
    stop.addEventListener("abort", () => child.kill("SIGTERM"));
    if (stop.aborted) child.kill("SIGTERM");
    child.on("error", (error) => {
      process.stderr.write(`Node could not be started from ${node} (${error.message})\n`);
      resolve(1);
    });
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
