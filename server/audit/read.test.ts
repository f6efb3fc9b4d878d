import { describe, expect } from "vitest";
import { record } from "#server/core/events.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { readEvents, readEventTypes } from "./read.ts";

const admin = person("admin");
const finish = (name: string) =>
  ({ type: "tour.finished", subjectId: name, payload: { userName: name } }) as const;

describe("the audit log", () => {
  test("pages through everything once, the newest first", async ({ db }) => {
    const many = Array.from({ length: 120 }, (_, index) => `page-${String(index).padStart(3, "0")}`);
    for (const name of many) await record(as(db, admin), finish(name));
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await readEvents(as(db, admin), { subject: "page-", ...(before ? { before } : {}) });
      seen.push(...page.rows.map((row) => row.subjectId));
      before = page.next ?? undefined;
    } while (before);
    expect(seen).toEqual(many.toReversed());
  });

  test("filters by change, person, subject and day; a wildcard is just a character", async ({ db }) => {
    const platform = person("platform");
    await record(as(db, platform, new Date("2026-03-01T23:59:59Z")), finish("filter-a"));
    await record(as(db, platform, new Date("2026-03-02T00:00:00Z")), finish("filter-b"));
    await record(as(db, admin, new Date("2026-03-02T12:00:00Z")), {
      type: "token.revoked",
      subjectId: "filter-c",
      payload: { name: "x" },
    });
    const find = async (filter: Parameters<typeof readEvents>[1]) =>
      (await readEvents(as(db, admin), { subject: "filter-", ...filter })).rows.map((row) => row.subjectId);
    expect(await find({ type: "token.revoked" })).toEqual(["filter-c"]);
    expect(await find({ actor: "A PLATFORM" })).toEqual(["filter-b", "filter-a"]);
    expect(await find({ from: "2026-03-02" })).toEqual(["filter-c", "filter-b"]);
    expect(await find({ to: "2026-03-01" })).toEqual(["filter-a"]);
    expect(await find({ actor: "%" })).toEqual([]);
    expect(await readEventTypes(as(db, admin))).toEqual(["token.revoked", "tour.finished"]);
  });

  test("finds what is named in the event, and says what was removed since", async ({ db }) => {
    const target = "/srv/found-by-its-name";
    const location = (id: string) =>
      ({
        type: "location.registered",
        subjectId: id,
        payload: { target: `${target}/${id}`, type: "folder" },
      }) as const;
    await record(as(db, admin), location("gone-1"));
    await record(as(db, admin), { type: "import.requested", subjectId: "gone-1", payload: { target } });
    await record(as(db, admin), location("still-there"));
    await record(as(db, admin), {
      type: "location.removed",
      subjectId: "gone-1",
      payload: { target, entries: 0 },
    });
    const { rows } = await readEvents(as(db, admin), { subject: "FOUND-BY" });
    expect(rows.map((row) => [row.type, row.isGone])).toEqual([
      ["location.removed", true],
      ["location.registered", false],
      ["import.requested", true],
      ["location.registered", true],
    ]);
  });

  test.for([person("developer"), person("leader"), tokenActor("developer", ["read"])])(
    "is refused to others ($kind)",
    async (actor, { db }) => {
      await expect(readEvents(as(db, actor), {})).rejects.toMatchObject({ code: "forbidden" });
      await expect(readEventTypes(as(db, actor))).rejects.toMatchObject({ code: "forbidden" });
    },
  );

  test("holds an event exactly when the change it tells of was kept", async ({ db }) => {
    const ctx = as(db, admin);
    const failing = db.transaction(async (tx) => {
      await record({ ...ctx, db: tx }, finish("rolled-back"));
      throw new Error("after the event");
    });
    await expect(failing).rejects.toThrow("after the event");
    expect((await readEvents(ctx, { subject: "rolled-back" })).rows).toEqual([]);
  });
});
