import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processState } from "#db/embedded/process-state.ts";
import { readPostmaster } from "#db/embedded/read-postmaster.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let home: string;
let portal: ChildProcess | null;
let output = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "milepost-starter-"));
  chmodSync(home, 0o755);
  portal = null;
  output = "";
});
afterEach(async () => {
  if (portal && portal.exitCode === null && portal.signalCode === null) {
    portal.kill("SIGTERM");
    await once(portal, "exit");
  }
  for (const name of ["web", "worker"]) await until(() => !isAlive(pidOf(name)));
  await until(() => !isAlive(postmasterPid()));
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

/** Small programs in the place of web and worker, which keep to the same contract. */
const frame = (name: string) => `
  import { writeFileSync } from "node:fs";
  const note = (what, text) => writeFileSync(process.env.TEST_HOME + "/${name}." + what, text);
  note("pid", String(process.pid));
  note("env", JSON.stringify({ url: process.env.DATABASE_URL, isEmbedded: process.env.MILEPOST_EMBEDDED }));
  const stop = (why) => () => { note("stopped", why); process.exit(0); };
  process.on("SIGTERM", stop("SIGTERM"));
  process.on("disconnect", stop("disconnect"));`;
const web = `${frame("web")}
  import { createServer } from "node:http";
  const server = createServer((request, response) => response.writeHead(200).end());
  server.listen(0, "127.0.0.1", () => {
    process.send({ type: "listening", port: server.address().port });
    process.send({ type: "ready" });
  });`;
const worker = `${frame("worker")}
  setInterval(() => {}, 1000);
  process.send({ type: "ready" });`;

/** Runs the starter in a process of its own, and waits for the address or for its end. */
async function start(
  programs: { web?: string; worker?: string } = {},
  env: Record<string, string> = {},
): Promise<void> {
  writeFileSync(join(home, "web.mjs"), programs.web ?? web);
  writeFileSync(join(home, "worker.mjs"), programs.worker ?? worker);
  const script = `
    const { runStarter } = await import(${JSON.stringify(new URL("./starter.ts", import.meta.url).href)});
    const { runCommand } = await import(${JSON.stringify(new URL("./run-command.mjs", import.meta.url).href)});
    const { makeProgress } = await import(${JSON.stringify(new URL("./progress.mjs", import.meta.url).href)});
    const { stopSignal } = await import(${JSON.stringify(new URL("./stop-signal.mjs", import.meta.url).href)});
    const options = { programs: ${JSON.stringify(home)}, pages: null, stop: stopSignal(), progress: makeProgress(), isDev: false };
    await runCommand(() => runStarter(options));`;
  const { DATABASE_URL: _, MILEPOST_URL: __, npm_lifecycle_event: ___, ...rest } = process.env;
  portal = spawn(process.execPath, ["--experimental-strip-types", "--input-type=module", "-e", script], {
    cwd: root,
    env: {
      ...rest,
      PORT: "0",
      MILEPOST_DATA_DIR: join(home, "data"),
      MILEPOST_DEMO: "0",
      TEST_HOME: home,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [portal.stdout, portal.stderr]) stream?.on("data", (data) => (output += data));
  await until(() => output.includes("ready at") || portal?.exitCode !== null);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const noted = (name: string, what: string) => {
  const file = join(home, `${name}.${what}`);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};
const pidOf = (name: string) => Number(noted(name, "pid"));
const postmasterPid = () => readPostmaster(join(home, "data/postgres-18"))?.pid ?? 0;
const isAlive = (pid: number) => pid > 0 && processState(pid) === "running";

test("brings all up, hands on the database, and ends all in order at SIGTERM", async () => {
  await start();
  expect(output).toMatch(/Milepost is ready at http:\/\/127\.0\.0\.1:\d+/);
  const told = JSON.parse(noted("worker", "env"));
  expect(told).toEqual({
    url: expect.stringMatching(/^postgres:\/\/milepost@localhost\/milepost\?host=/),
    isEmbedded: "1",
  });
  const pids = [pidOf("web"), pidOf("worker"), postmasterPid()];
  expect(pids.map(isAlive)).toEqual([true, true, true]);
  portal?.kill("SIGTERM");
  const [code] = await once(portal!, "exit");
  expect(code).toBe(0);
  expect([noted("web", "stopped"), noted("worker", "stopped")]).toEqual(["SIGTERM", "SIGTERM"]);
  expect(pids.map(isAlive)).toEqual([false, false, false]);
});

test("starts a killed web, worker and PostgreSQL again", async () => {
  await start();
  for (const name of ["web", "worker"]) {
    const before = pidOf(name);
    process.kill(before, "SIGKILL");
    await until(() => pidOf(name) !== before && isAlive(pidOf(name)));
  }
  const before = postmasterPid();
  process.kill(before, "SIGKILL");
  await until(() => postmasterPid() !== before && isAlive(postmasterPid()));
  expect(portal?.exitCode).toBeNull();
});

test("nothing outlives a killed starter", async () => {
  await start();
  const pids = [pidOf("web"), pidOf("worker"), postmasterPid()];
  portal?.kill("SIGKILL");
  await until(() => !pids.some(isAlive));
  expect([noted("web", "stopped"), noted("worker", "stopped")]).toEqual(["disconnect", "disconnect"]);
});

test("gives up on a program that always fails, and takes the rest down with it", async () => {
  await start({ worker: `${frame("worker")}\n process.exit(3);` });
  if (portal?.exitCode === null) await once(portal, "exit");
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("The worker ended five times within a minute (last: exit code 3)");
  expect(isAlive(pidOf("web"))).toBe(false);
  expect(isAlive(postmasterPid())).toBe(false);
});

test("says so at once when the port is taken", async () => {
  const taken = `${frame("web")}\n process.send({ type: "failed", reason: "port in use" }, () => process.exit(1));`;
  await start({ web: taken }, { PORT: "4199" });
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("Port 4199 is in use by another program");
  expect(output).toContain("PORT=");
});

test("a setting that cannot be used ends the start with its sentence alone", async () => {
  await start({}, { PORT: "many" });
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("PORT");
  expect(output).not.toContain("    at ");
});

test("a start that its mode forbids ends before a data folder is made", async () => {
  await start({}, { HOST: "0.0.0.0" });
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("HOST is 0.0.0.0");
  expect(output).not.toContain("PostgreSQL");
});

test("a first production start writes the setup token to its file, and no letter of it to what may be a log", async () => {
  await start({}, { MILEPOST_MODE: "production", MILEPOST_URL: "https://portal.example.com" });
  const file = join(home, "data", "setup-token");
  await until(() => output.includes(file));
  expect(output).toContain("Milepost is ready at https://portal.example.com ");
  expect(output).toContain("Set it up at https://portal.example.com/setup");
  const token = readFileSync(file, "utf8").trim();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(output).not.toContain(token);
});

test("production without its public address says what to set, and starts nothing", async () => {
  await start({}, { MILEPOST_MODE: "production" });
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("set it, for example MILEPOST_URL=https://portal.example.com");
  expect(output).not.toContain("PostgreSQL");
});

test("a database that cannot be reached ends the start with one sentence", async () => {
  await start(
    {},
    {
      DATABASE_URL: "postgres://someone:hunter2@127.0.0.1:1/portal",
      MILEPOST_MODE: "evaluation",
    },
  );
  expect(portal?.exitCode).toBe(1);
  expect(output).toContain("nothing listens there");
  expect(output).not.toContain("hunter2");
});
