import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#server/core/actor.ts";
import { expectedVerdict, type Who } from "#server/testing/access-expected.ts";
import { type Caller, makeCallers } from "#server/testing/callers.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { type PageAccess, pages } from "#server/testing/surface.ts";
import { pageRefusal } from "./page-access.ts";
import { resolveActor } from "./resolve-actor.ts";

const app = fileURLToPath(new URL("../../app", import.meta.url));
const addressOf = (folder: string) =>
  `/${relative(app, folder)
    .split("/")
    .filter((part) => part && !/^\(.*\)$/.test(part))
    .join("/")}`;

const pageFiles = readdirSync(app, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name === "page.tsx")
  .map((entry) => join(entry.parentPath, entry.name));

/** What stands before a page, from its own text up to the outermost layout: the rooms that are asked for, and sign-in. */
function guardsOf(file: string): { rooms: string[]; needsSignIn: boolean } {
  const rooms: string[] = [];
  let needsSignIn = false;
  const read = (path: string) => {
    const text = readFileSync(path, "utf8");
    for (const [, room] of text.matchAll(/const refused = pageRefusal\("([^"]+)", actor\);/g))
      rooms.push(room ?? "");
    if (/if \(!me\) redirect\(await signInAddress\(\)\);/.test(text)) needsSignIn = true;
  };
  read(file);
  for (let folder = dirname(file); folder.startsWith(app); folder = dirname(folder)) {
    const layout = join(folder, "layout.tsx");
    if (existsSync(layout)) read(layout);
  }
  return { rooms, needsSignIn };
}

const meant: Record<PageAccess, Who> = {
  anyone: "anyone",
  "signed in": "people only",
  insiders: { peopleOnly: ["developer", "leader", "platform"] },
  maintainers: { peopleOnly: ["platform"], orMaintainers: "any" },
  "role: leader, platform": { peopleOnly: ["leader", "platform"] },
  "role: platform": { peopleOnly: ["platform"] },
  "role: admin": { peopleOnly: ["admin"] },
};

let copy: DatabaseCopy;
let callers: { caller: Caller; actor: Actor }[];

beforeAll(async () => {
  copy = await copyDatabase();
  const made = await makeCallers(copy.pool.db);
  const withActor = async (caller: Caller) => ({
    caller,
    actor: await resolveActor(copy.pool.db, caller.carried, new Date()),
  });
  callers = await Promise.all(made.map(withActor));
});
afterAll(() => copy?.drop());

/** Pages are for people: to a token the frame says "sign in", as it does to nobody. */
function verdictOf(file: string, actor: Actor): string {
  const { rooms, needsSignIn } = guardsOf(file);
  if (!needsSignIn) return "allowed";
  if (actor.kind !== "user") return "unauthenticated";
  return rooms.some((room) => pageRefusal(room, actor) !== null) ? "forbidden" : "allowed";
}

describe.each(pageFiles.map((file) => ({ file, address: addressOf(dirname(file)) })))(
  "$address",
  ({ file, address }) => {
    test("each role, team and token gets the page or the reason, as its line says", () => {
      const access = pages[address];
      const cells = callers.map(({ caller, actor }) => {
        const wanted = expectedVerdict(meant[access!], caller, { scope: "read" });
        const expected = wanted !== "allowed" && caller.kind !== "person" ? "unauthenticated" : wanted;
        return { caller: caller.name, verdict: verdictOf(file, actor), expected };
      });
      expect(cells.length).toBeGreaterThan(40);
      expect(cells.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
    });
  },
);

test("a room is only named where its pages are", () => {
  expect(pageFiles.length).toBe(Object.keys(pages).length);
  for (const file of pageFiles)
    for (const room of guardsOf(file).rooms)
      expect(`${addressOf(dirname(file))}/`.startsWith(`${room}/`)).toBe(true);
  expect(() => pageRefusal("/nowhere", { kind: "anonymous" })).toThrow("No room");
});
