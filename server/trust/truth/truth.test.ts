import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { truthQuestions, upkeepItems } from "#db/schema/trust.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { cart, clearTrust, files, ref, target, team } from "#server/testing/trust-cart.ts";
import { readTruth } from "../reads/truth.ts";
import { readUpkeep } from "../reads/upkeep.ts";
import { followImport, tendTrust } from "../tend-trust.ts";
import { answerQuestion } from "./answer-question.ts";
import { drawTruth } from "./draw-truth.ts";

test.beforeEach(async ({ db }) => clearTrust(db));

describe("catalog truth:", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      documentText("Component", `c${index}`, {
        metadata: { description: `Number ${index}` },
        spec: { owner: "payments", dependsOn: ["component:c0"] },
      }),
    );

  test("the draw can be repeated from its seed, and asks nobody too much", async ({ db }) => {
    await importFiles(db, target, files(...many(30)));
    for (const name of ["ana", "ben", "cleo"])
      await makeUser(db, "developer", { personRef: `user:default/${name}` });
    const at = new Date("2026-05-10T00:00:00Z");
    const drawn = () =>
      db
        .select({
          ref: truthQuestions.ref,
          sort: truthQuestions.sort,
          value: truthQuestions.value,
          asked: truthQuestions.askedUser,
        })
        .from(truthQuestions)
        .orderBy(truthQuestions.ref, truthQuestions.sort, truthQuestions.value);
    expect(await drawTruth(as(db, undefined, at), "a seed")).toEqual({ month: "2026-05", facts: 6 });
    const first = await drawn();
    // Four sorts have facts here: each gets its turn before any gets a second one.
    const counts = [...Map.groupBy(first, ({ sort }) => sort).values()].map((list) => list.length);
    expect(counts.sort()).toEqual([1, 1, 2, 2]);
    expect(await drawTruth(as(db, undefined, at), "another")).toBeNull();
    await db.execute(sql`delete from truth_rounds`);
    await drawTruth(as(db, undefined, at), "a seed");
    expect(await drawn()).toEqual(first);
    await db.execute(sql`delete from truth_rounds`);
    await drawTruth(as(db, undefined, at), "another seed");
    expect(await drawn()).not.toEqual(first);
    const perPerson = Map.groupBy(await drawn(), ({ asked }) => asked);
    expect([...perPerson.values()].map((list) => list.length)).toEqual([3, 3]);
  });

  test("only whoever was asked answers, and what is wrong is put on the list until it is right", async ({
    db,
  }) => {
    await importFiles(db, target, files(cart()));
    const ana = await makeUser(db, "developer", { personRef: "user:default/ana" });
    const me = { ...ana, groupRefs: [team] };
    await drawTruth(as(db), "s");
    const { questions } = await readUpkeep(as(db, me));
    const about = questions.find(({ sort }) => sort === "lifecycle");
    expect(about).toMatchObject({ ref, value: "production" });
    const id = about?.id ?? "";
    await expect(answerQuestion(as(db, person("admin")), { id, answer: "wrong" })).rejects.toThrow(
      "somebody else",
    );
    await answerQuestion(as(db, me), { id, answer: "wrong", note: "It is deprecated" });
    await expect(answerQuestion(as(db, me), { id, answer: "right" })).rejects.toThrow("answered already");
    const upkeep = await readUpkeep(as(db, me));
    expect(upkeep.items).toMatchObject([{ ref, sort: "lifecycle", note: "It is deprecated" }]);
    const { id: location } = await importFiles(
      db,
      target,
      files(cart({ spec: { lifecycle: "deprecated" } })),
    );
    await followImport(as(db), { locationId: location });
    expect((await db.select().from(upkeepItems))[0]?.closingNote).toBe("It was changed at its source");
    expect((await readUpkeep(as(db, me))).items).toEqual([]);
  });

  test("the figure is nothing while few have answered, and then a share with its interval; nobody is named", async ({
    db,
  }) => {
    await importFiles(db, target, files(...many(40)));
    for (const name of ["ana", "ben", "cleo"])
      await makeUser(db, "developer", { personRef: `user:default/${name}` });
    const now = new Date("2026-05-20T00:00:00Z");
    await drawTruth(as(db, undefined, now), "s");
    const [asked] = await db.select({ month: truthQuestions.month }).from(truthQuestions);
    expect(asked?.month).toBe("2026-05");
    expect(await readTruth(as(db, person("developer"), now))).toMatchObject({
      share: null,
      answers: 0,
      weakest: null,
    });
    const [row] = await db.execute<{ uid: string }>(
      sql`select uid from entities where ref = 'component:default/c1'`,
    );
    await db.insert(truthQuestions).values(
      Array.from({ length: 40 }, (_, index) => ({
        ...{ month: "2026-05", entityUid: row?.uid ?? "", ref: "component:default/c1", value: `v${index}` },
        sort: index < 20 ? ("owner" as const) : ("dependency" as const),
        answer: index === 0 || (index >= 20 && index < 30) ? ("wrong" as const) : ("right" as const),
        answeredAt: now,
      })),
    );
    const truth = await readTruth(as(db, person("developer"), now));
    expect(truth).toMatchObject({ answers: 40, weakest: "dependency", since: "2026-05" });
    expect(truth.share?.n).toBe(40);
    expect(truth.sorts.find(({ sort }) => sort === "owner")?.share?.share).toBe(0.95);
    expect(JSON.stringify(truth)).not.toMatch(/user:|A developer/);
    await tendTrust(as(db, undefined, new Date("2026-08-01T00:00:00Z")));
    const [left] = await db.execute(
      sql`select count(asked_user)::int as count from truth_questions where month = '2026-05'`,
    );
    expect(left).toEqual({ count: 0 });
    await expect(readTruth(as(db, person("guest")))).rejects.toThrow("Guests");
  });

  test("one notice a month to whoever has something to answer", async ({ db }) => {
    await importFiles(db, target, files(cart()));
    const ana = await makeUser(db, "developer", { personRef: "user:default/ana" });
    await tendTrust(as(db));
    await tendTrust(as(db));
    const notices = await db.execute(sql`select title from notifications where user_id = ${ana.id}`);
    expect(notices).toEqual([{ title: "3 questions about the catalog" }]);
  });
});
