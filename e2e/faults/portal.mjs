// The portal under test, started as anybody starts it: one starter with its web and its worker.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandOf, descendantsOf, isAlive, withEnvironment } from "./processes.mjs";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Starts a portal on `port` and waits until it is ready, unless `isAwaited` is false. `environment` is all that it gets
 * besides the path and its own folder for temporary files.
 */
export async function startPortal({ root, name, port, folder, environment, preload = {}, isAwaited = true }) {
  const dataDir = environment.MILEPOST_DATA_DIR ?? join(folder, `data-${name}`);
  const temporary = join(folder, `temporary-${name}`);
  const logFile = join(folder, `portal-${name}.log`);
  mkdirSync(temporary, { recursive: true, mode: 0o777 });
  writeFileSync(logFile, "", { flag: "a" });
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: temporary,
    NODE_ENV: "production",
    npm_lifecycle_event: "start",
    PORT: String(port),
    MILEPOST_DATA_DIR: dataDir,
    ...environment,
    ...preload,
  };
  const child = spawn(process.execPath, ["server/start/main.mjs"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = new Promise((resolve) =>
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve(code ?? signal);
    }),
  );
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => appendFileSync(logFile, data));
  const portal = {
    name,
    address: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    starter: child.pid,
    ended,
    isUp: () => child.exitCode === null && child.signalCode === null,
    output: () => readFileSync(logFile, "utf8"),
    pids: () => programsOf(child.pid),
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
    leftovers: () => leftoversOf(dataDir, temporary),
  };
  if (isAwaited) await untilReady(portal, 120_000);
  return portal;
}

/** The starter's children by what they are: web, worker and, where it comes along, PostgreSQL. */
function programsOf(starter) {
  const found = { web: undefined, worker: undefined, postgres: undefined };
  for (const pid of descendantsOf(starter)) {
    const command = commandOf(pid);
    for (const name of ["web", "worker"]) if (command.includes(`/${name}.mjs`)) found[name] = pid;
    if (/\/bin\/postgres -D/.test(command)) found.postgres = pid;
  }
  return found;
}

/** Throws with the last lines of its output when it ends or is not ready in time. */
export async function untilReady(portal, patienceMs) {
  const until = Date.now() + patienceMs;
  while ((await statusOf(`${portal.address}/api/health/ready`)) !== 200) {
    if (!portal.isUp()) throw new Error(`The portal ended: ${portal.output().slice(-1500)}`);
    if (Date.now() > until) throw new Error(`The portal was not ready after ${patienceMs / 1000} s`);
    await sleep(100);
  }
}

/** The status of a GET, 0 when there is no answer within three seconds. */
export function statusOf(url, headers = {}) {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 3000, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
      response.on("error", () => resolve(0));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(0));
    asked.end();
  });
}

/** What a stopped portal has left behind; a guard gets a moment to see that its ward is gone. */
async function leftoversOf(dataDir, temporary) {
  const mark = `MILEPOST_DATA_DIR=${dataDir}`;
  for (let tries = 0; tries < 50 && withEnvironment(mark).length > 0; tries += 1) await sleep(100);
  const processes = withEnvironment(mark).map((pid) => `process ${pid}: ${commandOf(pid).slice(0, 120)}`);
  const files = readdirSync(temporary)
    .filter((name) => !/^(node-compile-cache|v8-compile-cache)/.test(name))
    .map((name) => `temporary ${name}`);
  return [...processes, ...files];
}

/** Ends whatever still runs of a portal, without asking. Only processes of this run carry its data folder. */
export function endAll(dataDir) {
  for (const pid of withEnvironment(`MILEPOST_DATA_DIR=${dataDir}`))
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
}

/** Runs the portal's command line; answers with its exit code and output. */
export function runCommandLine(root, args, environment) {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", ...environment };
    const child = spawn(process.execPath, [join(root, "server/start/milepost.mjs"), ...args], {
      cwd: root,
      env,
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (data) => (output[name] += data));
    child.once("exit", (code) => resolve({ code, ...output }));
  });
}
