import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { record } from "#server/core/events.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { anchorFile, readAnchors, writeAnchor } from "./anchors.ts";
import { anchorHeads, checkAuditLog, readCheck, requestCheck } from "./check-audit-log.ts";
import { exportEvents } from "./export-events.ts";
import { verifyChain } from "./verify-chain.ts";

const verifier = fileURLToPath(new URL("./verify-export.mjs", import.meta.url));
const admin = person("admin");
const finish = (name: string, extra: object = {}) =>
  ({ type: "tour.finished", subjectId: name, payload: { userName: name, ...extra } }) as const;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "milepost-audit-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));
const anchorLines = () => readFileSync(anchorFile(dataDir), "utf8").trimEnd().split("\n");

describe("anchors", () => {
  test("are written when a head has moved, one line at a time", async ({ db }) => {
    await record(as(db), finish("one"));
    await anchorHeads(as(db), { dataDir });
    await anchorHeads(as(db), { dataDir });
    expect(anchorLines()).toHaveLength(1);
    await record(as(db), finish("two"));
    await anchorHeads(as(db), { dataDir });
    const anchors = readAnchors([anchorFile(dataDir)]);
    expect(anchors.map(({ stream, position }) => [stream, position])).toEqual([
      ["tour", 1],
      ["tour", 2],
    ]);
    expect(await verifyChain(as(db), anchors)).toMatchObject({ isIntact: true, anchors: 2 });
  });

  test("a file that was changed is refused with its line; one that is not there holds none", async () => {
    expect(readAnchors([anchorFile(dataDir)])).toEqual([]);
    writeFileSync(anchorFile(dataDir), '{"at":"2026-11-21T00:00:00.000Z","heads":{}}\n{"at":"2026');
    expect(() => readAnchors([anchorFile(dataDir)])).toThrow("Line 2 of");
  });
});

test("an anchor in the log says every head, also of streams that are named like a secret", async () => {
  const heads = {
    token: { position: 3, hash: "a".repeat(64) },
    secret: { position: 4, hash: "b".repeat(64) },
  };
  const told: object[] = [];
  await writeAnchor({ dataDir, at: new Date(), heads }, { info: (about) => told.push(about) });
  expect(told).toEqual([{ heads: [`token 3 ${"a".repeat(64)}`, `secret 4 ${"b".repeat(64)}`] }]);
});

describe("a check that was ordered", () => {
  test("tells the page that it is under way, then what it found", async ({ db }) => {
    await record(as(db), finish("checked"));
    await requestCheck(as(db, admin));
    expect(await readCheck(as(db, admin))).toMatchObject({ isRunning: true, checkedAt: null });
    await checkAuditLog(as(db), { dataDir });
    expect(await readCheck(as(db, admin))).toMatchObject({
      isRunning: false,
      isIntact: true,
      problemCount: 0,
    });
    expect(anchorLines().length).toBeGreaterThan(0);
  });

  test("names what was tampered with, and does not anchor it", async ({ db }) => {
    await record(as(db), finish("altered"));
    await anchorHeads(as(db), { dataDir });
    const before = anchorLines().length;
    const change = async (name: string) => {
      await db.execute(sql`alter table events disable trigger user`);
      await db.execute(sql`update events set actor_name = ${name} where subject_id = 'altered'`);
      await db.execute(sql`alter table events enable trigger user`);
    };
    await change("Somebody else");
    await record(as(db), finish("later"));
    await checkAuditLog(as(db), { dataDir });
    const found = await readCheck(as(db, admin));
    expect(found).toMatchObject({ isIntact: false, problemCount: 1 });
    expect(found?.problems[0]?.message).toMatch(/^Event \d+ was altered/);
    expect(anchorLines()).toHaveLength(before);
    await change("Test");
    await requestCheck(as(db, admin));
    expect(await readCheck(as(db, admin))).toMatchObject({ isRunning: true, isIntact: false });
  });

  test("that breaks off says why", async ({ db }) => {
    writeFileSync(anchorFile(dataDir), "not an anchor\n");
    await expect(checkAuditLog(as(db), { dataDir })).rejects.toThrow("Line 1");
    expect((await readCheck(as(db, admin)))?.failure).toContain("Line 1");
    await expect(requestCheck(as(db, person("developer")))).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("an export", () => {
  const exported = async (db: Db, input: Parameters<typeof exportEvents>[1] = {}) => {
    let text = "";
    for await (const part of await exportEvents(as(db, admin), input)) text += part;
    return text;
  };
  const judge = (text: string, ...options: string[]) => {
    const file = join(dataDir, "export.jsonl");
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [verifier, file, ...options], {
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  };

  test("verifies on its own, whatever the events hold, also against anchors", async ({ db }) => {
    const awkward = {
      text: 'a "quote"\n\u2028\u0001 é 𝒳 </script>',
      numbers: [1e21, -0.5, 1e-7, 2 ** 70],
    };
    for (let index = 0; index < 1_100; index += 1)
      await record(as(db), finish(`row ${index}`, index % 7 ? {} : awkward));
    await record(as(db, admin, new Date("1969-12-31T23:59:59.123Z")), finish("before the epoch"));
    await anchorHeads(as(db), { dataDir });
    const text = await exported(db);
    expect(judge(text, "--anchors", anchorFile(dataDir))).toMatchObject({
      status: 0,
      said: expect.stringContaining("intact"),
    });
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ format: "milepost audit export 1", from: null });
    expect(lines.at(-1)).toEqual({ end: true, events: lines.length - 2 });
    expect(lines.find((line) => line.subject?.id === "row 7")).toMatchObject({
      actor: { kind: "system", id: null, name: "Test" },
      payload: awkward,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });
  });

  test("a part of it, without holes, verifies too", async ({ db }) => {
    for (const day of ["2026-01-01", "2026-01-03", "2026-01-02", "2026-01-05"])
      await record(as(db, admin, new Date(`${day}T12:00:00Z`)), finish(`part ${day}`));
    const text = await exported(db, { from: "2026-01-02", to: "2026-01-04", stream: "tour" });
    expect(judge(text)).toMatchObject({ status: 0, said: expect.stringContaining("intact") });
    expect(text.match(/"id":"part [^"]*"/g)).toEqual(['"id":"part 2026-01-03"', '"id":"part 2026-01-02"']);
    expect(judge(await exported(db, { from: "2031-01-01" })).status).toBe(0);
  });

  test.for<[string, (lines: string[]) => string[]]>([
    [
      "a changed field",
      (lines) =>
        lines.map((line, index) =>
          index === 2 ? line.replace('"actor":{"kind":"', '"actor":{"kind":"x') : line,
        ),
    ],
    [
      "a changed payload",
      (lines) =>
        lines.map((line, index) => (index === 2 ? line.replace('"userName":"', '"userName":"x') : line)),
    ],
    [
      "a changed text",
      (lines) =>
        lines.map((line, index) =>
          index === 2 ? line.replace("milepost event 1", "milepost event 2") : line,
        ),
    ],
    [
      "a changed moment",
      (lines) => lines.map((line, index) => (index === 2 ? line.replace(/"at":"2/, '"at":"3') : line)),
    ],
    ["a missing line", (lines) => lines.toSpliced(2, 1)],
    ["a line twice", (lines) => lines.toSpliced(2, 0, lines[2] ?? "")],
    ["two lines exchanged", (lines) => lines.toSpliced(2, 2, lines[3] ?? "", lines[2] ?? "")],
    ["a cut end", (lines) => lines.slice(0, -1)],
    [
      "a cut end with a new end",
      (lines) => [...lines.slice(0, -2), `{"end":true,"events":${lines.length - 3}}`],
    ],
    ["half a line", (lines) => [...lines.slice(0, 3), lines[3]?.slice(0, 40) ?? ""]],
  ])("with %s is found out", async ([, change], { db }) => {
    for (const name of ["a", "b", "c", "d"]) await record(as(db, admin), finish(name));
    const text = await exported(db, { stream: "tour", from: "2026-11-01" });
    expect(judge(text)).toMatchObject({ status: 0, said: expect.stringContaining("intact") });
    expect(judge(`${change(text.trimEnd().split("\n")).join("\n")}\n`)).toMatchObject({ status: 1 });
  });

  test("against an anchor that knows more, or another history, is found out", async ({ db }) => {
    const text = await exported(db);
    for (const head of [
      { position: 999_999, hash: "0".repeat(64) },
      { position: 1, hash: "0".repeat(64) },
    ]) {
      writeFileSync(anchorFile(dataDir), "");
      appendFileSync(
        anchorFile(dataDir),
        `${JSON.stringify({ at: "2026-11-21T00:00:00Z", heads: { tour: head } })}\n`,
      );
      expect(judge(text, "--anchors", anchorFile(dataDir))).toMatchObject({ status: 1 });
    }
    expect(judge(text, "--other").status).toBe(2);
  });

  test("is itself recorded, and refused to others", async ({ db }) => {
    await exported(db, { stream: "tour" });
    const [event] = await db.execute(
      sql`select type, actor_id, payload from events order by id desc limit 1`,
    );
    expect(event).toEqual({
      type: "audit-log.exported",
      actor_id: admin.id,
      payload: { from: null, to: null, stream: "tour" },
    });
    for (const actor of [person("leader"), tokenActor("developer", ["read"])])
      await expect(exportEvents(as(db, actor), {})).rejects.toMatchObject({ code: "forbidden" });
  });
});
