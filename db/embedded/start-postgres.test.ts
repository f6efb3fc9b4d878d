import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPool } from "#db/client.ts";
import { postgresProcessesOf, processState } from "./process-state.ts";
import { startEmbeddedPostgres } from "./start-postgres.ts";

let home: string;
let cleanUp: (() => Promise<void>)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "milepost-embedded-"));
  chmodSync(home, 0o755);
  cleanUp = [];
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function start(dataDir = join(home, "data")) {
  const server = await startEmbeddedPostgres({
    dataDir,
    durability: "durable",
    fallbackHome: join(home, "elsewhere"),
  });
  cleanUp.push(server.stop);
  return server;
}

async function ask(url: string, question: string): Promise<Record<string, unknown>[]> {
  const pool = openPool(url, { max: 1, name: "test" });
  try {
    return [...(await pool.db.execute(sql.raw(question)))];
  } finally {
    await pool.end();
  }
}

const module = new URL("./start-postgres.ts", import.meta.url).href;

type Told = { pid: number; guardPid: number; url: string; adopted: boolean };

/** Starts the server from another process, which holds it until it is killed or told to stop by a line. */
async function startInProcess(dataDir = join(home, "data")): Promise<{ owner: ChildProcess; told: Told }> {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durability: "durable" });
    process.send({ pid: server.pid, guardPid: server.guardPid(), url: server.url, adopted: server.adopted });
    process.once("message", () => server.stop().then(() => process.exit(0)));`;
  const owner = spawn(process.execPath, ["--experimental-strip-types", "--input-type=module", "-e", script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  cleanUp.push(async () => void owner.kill("SIGKILL"));
  const [told] = (await once(owner, "message")) as [Told];
  return { owner, told };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const ended = (pid: number) => until(() => processState(pid) !== "running");

async function killAtOnce(...pids: (number | undefined)[]): Promise<void> {
  for (const pid of pids) process.kill(pid!, "SIGKILL");
  for (const pid of pids) await ended(pid!);
}

test("makes a cluster with durable settings, and stops it without a trace of a process", async () => {
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(server.folder).toMatch(/\/postgres-18$/);
  const [row] = await ask(
    server.url,
    `select current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses, current_database() as name,
      (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale`,
  );
  expect(row).toEqual({ fsync: "on", addresses: "", name: "milepost", locale: "b C.UTF-8" });
  await server.stop();
  expect(processState(server.pid)).not.toBe("running");
  expect(postgresProcessesOf(server.folder)).toEqual([]);
});

test("keeps its rows and its address over a stop and a start", async () => {
  const first = await start();
  await ask(first.url, "create table kept (id int)");
  await first.stop();
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, "select count(*)::int as n from kept")).toEqual([{ n: 0 }]);
});

test("adopts a server whose starter and guard were killed, and stops it", async () => {
  const { owner, told } = await startInProcess();
  await killAtOnce(told.guardPid);
  await killAtOnce(owner.pid);
  const server = await start();
  expect(server).toMatchObject({ adopted: true, pid: told.pid, url: told.url });
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(processState(told.pid)).not.toBe("running");
});

test("the guard stops the server when its starter is killed", async () => {
  const { owner, told } = await startInProcess();
  await killAtOnce(owner.pid);
  await ended(told.pid);
  expect(existsSync(join(home, "data/postgres-18/postmaster.pid"))).toBe(false);
});

test("a killed guard is replaced", async () => {
  const server = await start();
  const before = server.guardPid();
  await killAtOnce(before);
  await until(() => server.guardPid() !== before);
  expect(processState(server.guardPid()!)).toBe("running");
});

test("who leaves last stops the server", async () => {
  const { owner, told } = await startInProcess();
  const server = await start();
  expect(server).toMatchObject({ adopted: true, pid: told.pid });
  owner.send("stop");
  await once(owner, "exit");
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(processState(told.pid)).not.toBe("running");
});

test("loses nothing that was acknowledged when the postmaster is killed", async () => {
  const server = await start();
  await ask(server.url, "create table kept as select generate_series(1, 1000) as id");
  await killAtOnce(server.pid);
  await server.exited;
  const again = await start();
  expect(again.url).toBe(server.url);
  expect(await ask(again.url, "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
});

/** Rewrites the pid in the lock file that a killed server left. */
async function leaveLockOf(pid: number): Promise<void> {
  const server = await start();
  const file = join(server.folder, "postmaster.pid");
  await killAtOnce(server.pid);
  const [, ...rest] = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, [pid, ...rest].join("\n"));
}

test("clears a lock file whose pid another program got since", async () => {
  await leaveLockOf(process.pid);
  expect((await start()).adopted).toBe(false);
});

test("clears the lock file of a zombie", async () => {
  // cat never asks after the child that the shell left it; its echo tells that the shell has become cat.
  const parent = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  cleanUp.push(async () => void parent.kill("SIGKILL"));
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  parent.stdin.write("are you there?");
  await once(parent.stdout, "data");
  const zombie = Number(line.toString());
  process.kill(zombie, "SIGKILL");
  await until(() => processState(zombie) === "zombie");
  await leaveLockOf(zombie);
  expect((await start()).adopted).toBe(false);
});

test("an initialisation that was broken off leaves nothing that looks like data", async () => {
  mkdirSync(join(home, "data/postgres-18.new/base"), { recursive: true });
  const server = await start();
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("works in a folder with blanks, commas, quotes and umlauts in its name", async () => {
  const server = await start(join(home, `a, "b" 'c' ü %d`));
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("takes loopback and a password where a socket's path would be too long", async () => {
  const dataDir = join(home, "long".repeat(25));
  const server = await start(dataDir);
  const url = new URL(server.url);
  expect(url.hostname).toBe("127.0.0.1");
  expect(url.password).toHaveLength(48);
  expect(await ask(server.url, "select current_setting('listen_addresses') as at")).toEqual([
    { at: "127.0.0.1" },
  ]);
  url.password = "wrong";
  await expect(ask(url.toString(), "select 1")).rejects.toMatchObject({ cause: { code: "28P01" } });
  expect(lstatSync(join(dataDir, "postgres-address.json")).mode & 0o777).toBe(0o600);
  await server.stop();
  expect((await start(dataDir)).url).toBe(server.url);
});

test.each([
  ["PG_VERSION", "17\n", "holds data of PostgreSQL 17 and this is PostgreSQL 18"],
  ["holiday.jpg", "", "is not empty and holds no PostgreSQL data"],
])("refuses a folder with %s in one sentence", async (file, content, words) => {
  const folder = join(home, "data/postgres-18");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), content);
  if (process.getuid?.() === 0) chownSync(folder, 65_534, 65_534);
  await expect(start()).rejects.toThrow(words);
});
