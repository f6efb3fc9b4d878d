import { sql } from "drizzle-orm";
import { describe, expect } from "vitest";
import { ownerProposals } from "#db/schema/trust.ts";
import { disablePerson } from "#server/identity/people/disable-person.ts";
import { readReviews } from "#server/identity/people/reviews.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeUser, person } from "#server/testing/people.ts";
import { cart, clearTrust, files, owner, ref, target, team } from "#server/testing/trust-cart.ts";
import { confirmEntries } from "./confirm-entries.ts";
import { proposeOwner } from "./propose-owner.ts";
import { readHandovers } from "./reads/handovers.ts";
import { followImport } from "./tend-trust.ts";

test.beforeEach(async ({ db }) => clearTrust(db));

describe("handing over:", () => {
  test("what somebody who left owned gets a new owner with evidence, and nothing is left over", async ({
    db,
  }) => {
    const system = documentText("System", "shop", { spec: { owner: "checkout" } });
    const owned = cart({ spec: { owner: "user:ana", system: "shop" } });
    await importFiles(db, target, files(owned, system));
    const ana = await makeUser(db, "developer", { personRef: "user:default/ana" });
    const admin = await makeUser(db, "admin");
    await disablePerson(as(db, admin), { userId: ana.id, reason: "Left" });
    const queue = await readHandovers(as(db, admin), {});
    expect(queue).toMatchObject({ total: 1, items: [{ ref, reason: "left" }] });
    const suggested = queue.items[0]?.suggestions ?? [];
    expect(suggested.map(({ ownerRef }) => ownerRef).sort()).toEqual(["group:default/checkout", team]);
    expect(suggested.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)).sort()).toEqual([
      "former team",
      "system",
    ]);

    const stranger = person("developer", { maintains: ["group:default/checkout"] });
    await expect(proposeOwner(as(db, stranger), { ref, ownerRef: "group:default/checkout" })).rejects.toThrow(
      "Only maintainers",
    );
    await expect(proposeOwner(as(db, admin), { ref, ownerRef: "group:default/nobody" })).rejects.toThrow(
      "no such team",
    );
    const maintainer = person("developer", { maintains: [team] });
    expect(await proposeOwner(as(db, maintainer), { ref, ownerRef: team })).toEqual({ isDone: false });

    expect(await readHandovers(as(db, admin), {})).toMatchObject({ total: 0, items: [] });
    expect(await readReviews(as(db, admin))).toEqual([]);
    const [proposal] = await db.select().from(ownerProposals);
    expect(proposal).toMatchObject({ ownerRef: team, endedAt: null });
    expect(proposal?.evidence[0]).toContain("was in this team");
    // The next owner answers for it from now on.
    expect(await confirmEntries(as(db, owner()), { refs: [ref] })).toEqual({ confirmed: 1 });

    const { id } = await importFiles(db, target, files(cart({ spec: { system: "shop" } }), system));
    await followImport(as(db), { locationId: id });
    expect((await db.select().from(ownerProposals))[0]).toMatchObject({ endedAs: "in the file" });
    expect(await readHandovers(as(db, admin), {})).toMatchObject({ total: 0 });
  });

  test("CODEOWNERS and recent authors tell of teams, pushes of those that still work there", async ({
    db,
  }) => {
    const slug = { annotations: { "github.com/project-slug": "acme/books" } };
    await importFiles(db, target, files(cart({ metadata: slug, spec: { owner: "vanished" } })));
    const evidence = {
      codeOwners: {
        path: "CODEOWNERS",
        sha: "x",
        rules: [
          { pattern: "*", owners: ["@acme/checkout"], line: 1, section: "" },
          { pattern: "/docs/", owners: ["@acme/payments"], line: 2, section: "" },
        ],
      },
      authors: { people: [{ login: "Ana", name: "Ana", commits: 4 }], of: 4 },
    };
    await db.execute(sql`
      with c as (insert into connections (kind, name) values ('github', 'Acme') returning id), s as (
        insert into source_repositories (connection_id, external_id, full_name, slug, url, clone_url, default_branch, visibility, topics, listed_at)
        select id, '9', 'acme/books', 'acme/books', 'https://h/acme/books', 'https://h/acme/books.git', 'main', 'public', '{}', now() from c returning id)
      insert into discovered_repositories (repository_id, files, evidence) select id, '[]', ${JSON.stringify(evidence)}::jsonb from s`);
    const { items } = await readHandovers(as(db, person("developer")), {});
    expect(items[0]?.suggestions.map(({ ownerRef, evidence: found }) => [ownerRef, found[0]?.words])).toEqual(
      [
        ["group:default/checkout", "CODEOWNERS, line 1 names @acme/checkout for *"],
        [team, "People of this team committed to acme/books lately"],
      ],
    );
  });

  test("unknown, gone and empty owners are on the list, with past owners and neighbours as evidence", async ({
    db,
  }) => {
    const slug = { annotations: { "github.com/project-slug": "acme/shop" } };
    const till = documentText("Component", "till", { metadata: slug, spec: { owner: "checkout" } });
    await importFiles(db, target, files(cart({ metadata: slug }), till));
    await importFiles(db, target, files(cart({ metadata: slug, spec: { owner: "vanished" } }), till));
    const { items } = await readHandovers(as(db, person("developer")), {});
    expect(items.map((item) => [item.ref, item.reason])).toEqual([[ref, "unknown"]]);
    expect(items[0]?.suggestions).toEqual([
      {
        ownerRef: team,
        title: "payments",
        evidence: [{ kind: "was owner", words: expect.stringMatching(/^Was its owner until /) }],
      },
      {
        ownerRef: "group:default/checkout",
        title: "checkout",
        evidence: [{ kind: "neighbours", words: "Owns 1 other entry of the same repository" }],
      },
    ]);
    await expect(readHandovers(as(db, person("guest")), {})).rejects.toThrow("Guests");
  });
});
