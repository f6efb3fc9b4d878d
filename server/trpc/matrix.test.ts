import type { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Db } from "#db/types.ts";
import { findDomainError } from "#server/core/errors.ts";
import { teamOf } from "#server/testing/access/row.ts";
import { expectedVerdict, isGuest } from "#server/testing/access-expected.ts";
import { leaksTo, procedureRows as rows } from "#server/testing/access-rows.ts";
import { askProcedure } from "#server/testing/ask.ts";
import type { Caller } from "#server/testing/callers.ts";
import { copyDatabase, type DatabaseCopy } from "#server/testing/database.ts";
import { inRolledBack } from "#server/testing/in-rolled-back.ts";
import { listProcedures } from "#server/testing/list-procedures.ts";
import { makeWorld, type World } from "#server/testing/world.ts";

let copy: DatabaseCopy;
let world: World;
/** Each cell begins with the same world. */
let eventsBefore: number;

beforeAll(async () => {
  copy = await copyDatabase();
  world = await makeWorld(copy.pool.db);
  process.env.MILEPOST_DATA_DIR = world.folder;
  eventsBefore = await countEvents(copy.pool.db);
});
afterAll(async () => {
  world?.remove();
  await copy?.drop();
});

async function countEvents(db: Db): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`select count(*)::int as n from events`);
  return row!.n;
}

type Cell = { verdict: string; sentence: string; answer: unknown; newEvents: number };

const verdicts: Record<string, string> = {
  UNAUTHORIZED: "unauthenticated",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not found",
};

/** One call with real credentials, taken back afterwards. */
function call(path: string, caller: Caller): Promise<Cell> {
  return inRolledBack(copy.pool.db, async (db) => {
    try {
      const answer = await askProcedure(db, caller.carried, path, rows[path]?.input?.(world, caller));
      return { verdict: "allowed", sentence: "", answer, newEvents: (await countEvents(db)) - eventsBefore };
    } catch (error) {
      const { code, message } = error as TRPCError;
      const verdict = verdicts[code];
      if (!verdict) return { verdict: `${code}: ${message}`, sentence: message, answer: null, newEvents: 0 };
      const known = findDomainError(error);
      if (verdict !== "not found" && (!known?.rule || !known.grantedBy?.length))
        return { verdict: `${verdict}, without a rule`, sentence: message, answer: null, newEvents: 0 };
      return { verdict, sentence: message, answer: null, newEvents: (await countEvents(db)) - eventsBefore };
    }
  });
}

const procedures = listProcedures();

test("every procedure has its row, and every row its procedure", () => {
  expect(Object.keys(rows).sort()).toEqual(procedures.map(({ path }) => path).sort());
});

describe.each(procedures)("$path", ({ path, type, access }) => {
  const row = rows[path];
  const scope = type === "query" ? "read" : "write";

  test("each role, team and token may or may not, as its row says", async () => {
    const cells = [];
    for (const caller of world.callers) {
      const cell = await call(path, caller);
      cells.push({
        caller: caller.name,
        verdict: cell.verdict,
        expected: expectedVerdict(row!.who, caller, { scope, isOurs: row!.isOurs }),
      });
      if (cell.verdict === "allowed") {
        const changes = type === "mutation" && !isWithoutEffect(path, caller);
        expect(cell.newEvents > 0, `${caller.name} left ${cell.newEvents} events`).toBe(changes);
        row!.sees?.(cell.answer as never, caller, world);
        if (isGuest(caller))
          expect(leaksTo(caller, JSON.stringify(cell.answer ?? null)), caller.name).toEqual([]);
      } else {
        expect(cell.sentence, caller.name).toMatch(/^[A-Z].{10,}/);
        expect(cell.newEvents, `${caller.name} was refused, and left events`).toBe(0);
        // The verb would refuse as well, in words of its own; the procedure's class has to be first.
        if (lacksRoleOnly(access, caller, scope)) expect(cell.sentence).toMatch(/^Only .+ can do this$/);
      }
    }
    expect(cells.length).toBeGreaterThan(30);
    expect(cells.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
  });
});

/** Signed in, with the scope, and still without the role that the procedure asks for. */
function lacksRoleOnly(access: string, caller: Caller, scope: "read" | "write"): boolean {
  if (!access.startsWith("role: ") || caller.kind === "nobody" || caller.role === "admin") return false;
  const hasScope = caller.kind === "person" || caller.scope === scope;
  return hasScope && !access.slice("role: ".length).split(", ").includes(caller.role);
}

/** An inbox without news has nothing to mark; a check of the audit log leaves its event with its answer. */
function isWithoutEffect(path: string, caller: Caller): boolean {
  return (
    path === "audit.requestCheck" ||
    // These write nothing: only their input is too long for an address.
    path === "entries.check" ||
    path === "deliveryExternal.preview" ||
    // Counts of things and of words, which tell nothing of who made them: in the audit log they would.
    // The world's card is a link, of which nothing is asked; an answer is nobody's deed either.
    path === "cards.refresh" ||
    // What a person last looked at is nobody else's business.
    path === "delivery.noteLook" ||
    path === "search.picked" ||
    path === "search.missed" ||
    (path === "notifications.markRead" && teamOf(caller) !== "own team")
  );
}
