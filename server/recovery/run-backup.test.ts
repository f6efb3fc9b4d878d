import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect } from "vitest";
import { backups, events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { as, copyDatabase, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { readBackups } from "./read.ts";
import { requestBackup } from "./request-backup.ts";
import { type RunBackup, runBackup } from "./run-backup.ts";

const root = mkdtempSync(join(tmpdir(), "milepost-run-backup-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(root, "backups-"));
});

const night = (more: Partial<RunBackup> = {}): RunBackup => ({
  folder,
  keep: 2,
  dataDir: join(root, "data"),
  release: "1.2.3",
  reason: "schedule",
  ...more,
});

/** Each test has a database of its own: one backup at a time is a rule about the whole database. */
async function alone(work: (db: Db) => Promise<void>): Promise<void> {
  const copy = await copyDatabase();
  try {
    await work(copy.pool.db);
  } finally {
    await copy.drop();
  }
}

const rows = (db: Db) => db.select().from(backups).orderBy(asc(backups.startedAt));
const day = (number: number) => new Date(Date.UTC(2026, 0, number, 2, 20));

test("the night's backup is there, is written down and is in the audit log", async () => {
  await alone(async (db) => {
    expect(await runBackup(as(db, undefined, day(1)), night())).toMatchObject({ isDone: true });
    const path = join(folder, "milepost-20260101T022000Z-schedule.tar.gz");
    const [row] = await rows(db);
    expect(row).toMatchObject({ path, reason: "schedule", state: "done", failure: null });
    expect(row?.sha256).toBe(spawnSync("sha256sum", [path], { encoding: "utf8" }).stdout.slice(0, 64));
    expect(readdirSync(folder)).toEqual(["milepost-20260101T022000Z-schedule.tar.gz"]);
    const made = await db.select({ id: events.subjectId }).from(events).where(eq(events.type, "backup.made"));
    expect(made).toEqual([{ id: row?.id }]);
  });
});

test("of several workers at the same moment one writes it", async () => {
  await alone(async (db) => {
    const runs = await Promise.all([1, 2, 3].map(() => runBackup(as(db), night())));
    expect(runs.filter((run) => run !== null)).toHaveLength(1);
    expect(await rows(db)).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

test("those past their number are cleared away, and the list says so", async () => {
  await alone(async (db) => {
    for (const number of [1, 2, 3, 4]) await runBackup(as(db, undefined, day(number)), night());
    expect(readdirSync(folder)).toEqual([3, 4].map((n) => `milepost-2026010${n}T022000Z-schedule.tar.gz`));
    expect((await rows(db)).map(({ state }) => state)).toEqual(["removed", "removed", "done", "done"]);
    expect((await readBackups(as(db))).items.map(({ state }) => state)).toEqual(["done", "done"]);
  });
});

describe("orders:", () => {
  test("one that is ordered waits for the worker, which writes it", async () => {
    await alone(async (db) => {
      const admin = await makeUser(db, "platform");
      const { id } = await requestBackup(as(db, admin));
      expect((await readBackups(as(db, admin))).items).toMatchObject([{ id, state: "waiting", path: "" }]);
      await expect(requestBackup(as(db, admin))).rejects.toThrow(/ordered already/);
      const [job] = await db.execute<{ count: number }>(
        sql`select count(*)::int as count from jobs.job where name = 'recovery-back-up' and state = 'created'`,
      );
      expect(job?.count).toBe(1);
      expect(await runBackup(as(db), night())).toEqual({ id, isDone: true });
      expect(await rows(db)).toMatchObject([{ id, reason: "request", state: "done" }]);
    });
  });

  test.for(["guest", "developer", "leader"] as const)(
    "a %s neither orders nor sees one",
    async (role, { db }) => {
      const actor = person(role);
      await expect(requestBackup(as(db, actor))).rejects.toMatchObject({ code: "forbidden" });
      await expect(readBackups(as(db, actor))).rejects.toMatchObject({ code: "forbidden" });
      await expect(runBackup(as(db, actor), night())).rejects.toMatchObject({ code: "forbidden" });
    },
  );
});

describe("failures:", () => {
  test("a folder that cannot be made is said in the row and in the audit log", async () => {
    await alone(async (db) => {
      writeFileSync(join(root, "a-file"), "");
      const run = night({ folder: join(root, "a-file", "backups") });
      expect(await runBackup(as(db), run)).toMatchObject({ isDone: false });
      expect(await rows(db)).toMatchObject([
        {
          state: "failed",
          failure: expect.stringMatching(/backup folder .* cannot be used .*MILEPOST_BACKUP_DIR/),
        },
      ]);
      expect(await db.select().from(events).where(eq(events.type, "backup.failed"))).toHaveLength(1);
    });
  });

  test("a full disk: a sentence, no partial file, the earlier backups as they were", async ({ skip }) => {
    const mounted = join(root, "full");
    mkdirSync(mounted);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mounted]).status !== 0)
      return skip("Mounting a small file system needs root");
    try {
      await alone(async (db) => {
        writeFileSync(join(mounted, "earlier"), "kept");
        await db.execute(sql`
          insert into users (name, role)
          select (select string_agg(md5(n::text || g), '') from generate_series(1, 30) g), 'developer'
          from generate_series(1, 1000) n`);
        expect(await runBackup(as(db), night({ folder: mounted }))).toMatchObject({ isDone: false });
        expect(await rows(db)).toMatchObject([
          { state: "failed", failure: expect.stringMatching(/the disk is full: free space/) },
        ]);
        expect(readdirSync(mounted)).toEqual(["earlier"]);
        await db.execute(sql`delete from users`);
        expect(await runBackup(as(db), night()), "the next one goes well").toMatchObject({ isDone: true });
      });
    } finally {
      spawnSync("umount", [mounted]);
    }
  });

  test("what a worker that was killed has left is cleared away by the next run", async () => {
    await alone(async (db) => {
      const half = join(folder, ".milepost-20260101T022000Z-schedule.tar.gz.abcd1234.partial");
      writeFileSync(half, "half");
      await db
        .insert(backups)
        .values({ path: "/x", reason: "schedule", state: "running", startedAt: day(1) });
      expect(await runBackup(as(db, undefined, day(2)), night())).toMatchObject({ isDone: true });
      expect(existsSync(half)).toBe(false);
      expect(await rows(db)).toMatchObject([
        { state: "failed", failure: "The worker ended before the backup was complete" },
        { state: "done" },
      ]);
    });
  });

  test("a worker that has to stop leaves nothing half, and the run is begun again", async () => {
    await alone(async (db) => {
      const stop = AbortSignal.abort();
      await expect(runBackup(as(db), night({ signal: stop }))).rejects.toThrow(/abort/i);
      expect(readdirSync(folder)).toEqual([]);
      expect(await rows(db)).toMatchObject([
        { state: "failed", failure: expect.stringMatching(/was stopped/) },
      ]);
    });
  });
});
