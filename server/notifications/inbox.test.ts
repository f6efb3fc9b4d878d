import { expect } from "vitest";
import { anonymous } from "#server/core/actor.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, tokenActor } from "#server/testing/people.ts";
import { markInboxRead } from "./mark-inbox-read.ts";
import { notifyPeople } from "./notify-people.ts";
import { readInbox } from "./read.ts";

const news = (title: string, at: string) => ({
  subject: "incident:1",
  title,
  reason: "You own checkout",
  href: "/x",
  at: new Date(at),
});

test("news about one subject is one row: newer words replace older ones and are unread again", async ({
  db,
}) => {
  const mira = await makeUser(db, "developer", { personRef: "user:default/mira" });
  await notifyPeople(as(db), ["user:default/mira"], news("Incident opened", "2026-05-01T10:00:00Z"));
  await markInboxRead(as(db, mira));
  expect(await readInbox(as(db, mira))).toMatchObject({ unread: 0, rows: [{ title: "Incident opened" }] });
  await notifyPeople(as(db), ["user:default/mira"], news("Incident closed", "2026-05-01T11:00:00Z"));
  await notifyPeople(as(db), ["user:default/mira"], news("Told too late", "2026-05-01T10:30:00Z"));
  expect(await readInbox(as(db, mira))).toMatchObject({ unread: 1, rows: [{ title: "Incident closed" }] });
});

test("an inbox is its owner's alone", async ({ db }) => {
  const ines = await makeUser(db, "developer", { personRef: "user:default/ines" });
  const other = await makeUser(db, "admin");
  await notifyPeople(
    as(db),
    ["user:default/ines", "user:default/nobody-here"],
    news("For Ines", "2026-05-01T10:00:00Z"),
  );
  expect(await readInbox(as(db, other))).toEqual({ rows: [], unread: 0 });
  await markInboxRead(as(db, other));
  expect(await readInbox(as(db, ines))).toMatchObject({ unread: 1 });
});

test("tokens and nobody have no inbox", async ({ db }) => {
  expect(await readInbox(as(db, tokenActor("admin", ["read", "write"])))).toEqual({ rows: [], unread: 0 });
  await expect(markInboxRead(as(db, anonymous))).rejects.toMatchObject({ code: "forbidden" });
});
