// 14 and 15: the disk is full, the clock is wrong.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { layCatalogue } from "../catalogue-folder.mjs";
import { makeStream } from "../deliveries.mjs";
import { copyCluster, giveTo, moveWal } from "../postgres-server.mjs";
import { offer, redeliver } from "../sender.mjs";
import { addPortal, checkAll, registerFolder, untilNormal } from "../stage.mjs";
import { checkAnswers, checkSame } from "./database.mjs";
import { points } from "./worker.mjs";

const isRoot = process.getuid?.() === 0;

/** A small disk of its own; ended by `cleanUp` of the case, whatever happened. */
function mountDisk(folder, megabytes) {
  mkdirSync(folder, { recursive: true });
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", folder]);
  if (made.status !== 0) throw new Error(`No disk could be mounted: ${made.stderr}`);
  return folder;
}

const ballastOf = (disk) => join(disk, "ballast");

/** Leaves about `freeKilobytes`; none at all when that is 0. */
function fill(disk, freeKilobytes = 0) {
  const [, line] = spawnSync("df", ["-k", "--output=avail", disk], { encoding: "utf8" }).stdout.split("\n");
  const kilobytes = Math.max(0, Number(line) - freeKilobytes);
  spawnSync("dd", ["if=/dev/zero", `of=${ballastOf(disk)}`, "bs=64k", `count=${Math.ceil(kilobytes / 64)}`]);
}

const free = (disk) => rmSync(ballastOf(disk), { force: true });

/** Three disks in turn: of the tables, of the write-ahead log, and of a portal with PostgreSQL of its own. */
function diskFull(frame) {
  if (frame.rep % 3 === 0) return embeddedDiskFull(frame);
  return separateDiskFull(frame, frame.rep % 3 === 2);
}

async function separateDiskFull({ open, folder, template }, isWal) {
  const stream = makeStream(90, { paddingBytes: 8_000 });
  const disk = mountDisk(`${folder}-disk`, isWal ? 96 : 400);
  const cluster = isWal ? join(`${folder}-data`, "postgres") : join(disk, "postgres");
  mkdirSync(`${folder}-data`, { recursive: true });
  copyCluster(template.cluster, cluster);
  if (isWal) {
    giveTo(join(disk, "wal"));
    moveWal(cluster, join(disk, "wal"));
  }
  const stage = await open({ cluster, extra: ["max_wal_size=32MB", "min_wal_size=32MB"] });
  const portal = await addPortal(stage);
  const before = portal.pids();
  const load = offer(stage.sender, stream.deliveries, 12);
  await sleep(1000);
  fill(disk);
  if (isWal) await exhaustWal(stage);
  const full = keepTrying(stage, 9);
  await full.done;
  free(disk);
  if (!stage.server.isUp()) await stage.server.start();
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const refused = stage.sender.book.answers.filter(({ status }) => status === 503).length;
  const problems = [...checkSame(before, portal.pids()), ...checkAnswers(stage.sender.book)];
  if (refused === 0) problems.push("Nothing was refused: the disk was not full");
  problems.push(...(await checkAll(stage, { stream })));
  return { problems, seconds, note: `${isWal ? "write-ahead log" : "tables"}, ${refused} refused with 503` };
}

/** Segments that lie ready are used up, until the server needs one that does not fit any more. */
async function exhaustWal(stage) {
  for (let segment = 0; segment < 8 && stage.server.isUp(); segment += 1)
    await stage.sql`select pg_logical_emit_message(false, 'faults', repeat('x', 15000000))`.catch(() => {});
}

/** While the disk is full PostgreSQL may end; whoever runs it starts it again and again. */
function keepTrying(stage, seconds) {
  const until = Date.now() + seconds * 1000;
  const done = (async () => {
    while (Date.now() < until) {
      await sleep(500);
      if (!stage.server.isUp()) await stage.server.start(1).catch(() => {});
    }
  })();
  return { done };
}

/** First less than a gigabyte is free, then nothing at all. */
async function embeddedDiskFull({ open, folder, stream }) {
  const disk = mountDisk(`${folder}-disk`, 1_500);
  const stage = await open({ isEmbedded: true, dataDir: join(disk, "data") });
  const [portal] = stage.portals;
  const before = portal.pids();
  const load = offer(stage.sender, stream.deliveries, 12);
  await sleep(1500);
  fill(disk, 600_000);
  await sleep(1500);
  const mark = stage.sender.book.answers.length;
  await sleep(2500);
  const early = stage.sender.book.answers.slice(mark);
  free(disk);
  fill(disk);
  await sleep(4000);
  free(disk);
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const problems = [...checkSame(before, portal.pids()), ...checkAnswers(stage.sender.book)];
  if (early.length === 0 || early.some(({ status }) => status !== 503))
    problems.push("With less than a gigabyte free webhooks were not refused");
  problems.push(...(await checkAll(stage, { stream })));
  return { problems, seconds, note: `own PostgreSQL, ${early.length} refused early` };
}

function unmount({ folder }) {
  const disk = `${folder}-disk`;
  if (existsSync(disk)) {
    spawnSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  }
  rmSync(`${folder}-data`, { recursive: true, force: true });
}

function findFaketime() {
  const folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"].filter(existsSync);
  const found = folders.flatMap((folder) => [
    ...readdirSync(folder).map((name) => join(folder, name, "faketime/libfaketime.so.1")),
    join(folder, "faketime/libfaketime.so.1"),
  ]);
  return found.find(existsSync) ?? null;
}

const offsets = ["-10m", "+10m", "jumps"];

/**
 * Two workers, one of them ten minutes off or jumping. Each kind of work is held at the true one for half a minute: whoever
 * reckons leases by its own clock takes it away.
 */
async function wrongClock({ open, stream, rep }) {
  const offset = offsets[rep % 3];
  const stage = await open();
  const clock = join(stage.folder, "clock");
  writeFileSync(clock, offset === "jumps" ? "+0" : offset);
  const first = await addPortal(stage, "a");
  const preload = {
    LD_PRELOAD: findFaketime(),
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const second = await addPortal(stage, "b", { preload });
  const kind = rep % 2 === 1 ? "inbox" : "import";
  const stops = [first, second].map((portal) => portal.proxy.stopAt(...points[kind].claimed));
  const laid = layCatalogue(join(stage.folder, "catalogue"), "shop", 300);
  await registerFolder(stage, laid.folder);
  const load = offer(stage.sender, stream.deliveries, 6);
  const hands = await Promise.race(stops.map(({ hit }) => hit));
  for (const stop of stops) stop.cancel();
  for (const jump of ["+10m", "-10m", "+0"]) {
    if (offset === "jumps") writeFileSync(clock, jump);
    await sleep(8000);
  }
  hands.letGo();
  const began = performance.now();
  await load;
  await redeliver(stage.sender, stream.deliveries);
  await untilNormal(stage);
  const seconds = (performance.now() - began) / 1000;
  const problems = [];
  const [runs] = await stage.sql`select max(run)::int as run from locations`;
  if (runs.run !== 1) problems.push(`I7: an import was taken ${runs.run} times although nobody had died`);
  const [tries] = await stage.sql`select count(*)::int as count from webhook_deliveries where attempts > 1`;
  if (tries.count > 0) problems.push(`I7: ${tries.count} webhooks were taken twice although nobody had died`);
  problems.push(...(await checkAll(stage, { stream, catalogues: [laid] })));
  return { problems, seconds, note: `${kind}, ${offset}` };
}

export const resourceCases = [
  {
    number: "14",
    title: "the disk is full: tables, write-ahead log, data folder",
    goalSeconds: 60,
    skip: () => (isRoot ? null : "only root can mount a small disk"),
    cleanUp: unmount,
    run: diskFull,
  },
  {
    number: "15",
    title: "one machine's clock is ten minutes off, or jumps",
    goalSeconds: 60,
    skip: () => (findFaketime() ? null : "libfaketime is not installed (Debian: apt-get install faketime)"),
    run: wrongClock,
  },
];
