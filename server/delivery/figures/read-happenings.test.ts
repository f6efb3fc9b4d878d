import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { applyDefaultSource } from "#server/delivery/simulation/apply-default-source.ts";
import { saveSource } from "#server/delivery/sources/save-source.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { writeDeployments } from "#server/testing/figures.ts";
import { person } from "#server/testing/people.ts";
import { AskFigures } from "./inputs.ts";
import { readFigures } from "./read-figures.ts";

// A Saturday.
const now = new Date("2026-11-21T12:00:00Z");
const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * 86_400_000);
const names = ["front", "back", "other"];

async function makeShop(db: Db): Promise<void> {
  await importFiles(db, "happenings", {
    "catalog-info.yaml": fileOf(
      documentText("Group", "crew"),
      documentText("Group", "strangers"),
      ...names.map((name) =>
        documentText("Component", name, {
          // Front and back share a repository.
          metadata: {
            annotations: { "github.com/project-slug": `acme/${name === "other" ? "other" : "shop"}` },
          },
          spec: { owner: `group:default/${name === "other" ? "strangers" : "crew"}` },
        }),
      ),
    ),
  });
  for (const slug of ["acme/shop", "acme/other"])
    await db.execute(sql`
      insert into repositories (id, full_name, slug, default_branch, url, observed_since, is_demo, as_of, as_of_guid)
      values (${slug}, ${slug}, ${slug}, 'main', ${`https://github.com/${slug}`}, ${at(300).toISOString()}::timestamptz, false, now(), '1')`);
  for (const name of names) await writeDeployments(db, name, [{ at: at(30), hours: [1] }]);
}

let serial = 0;
const addIssue = (db: Db, slug: string, title: string, daysAgo: number, services: string[] = []) =>
  db.execute(sql`
    insert into incidents (repository_id, number, title, services, opened_at, is_incident, as_of, as_of_guid)
    values (${slug}, ${++serial}, ${title}, ${sql.param(services)}::text[], ${at(daysAgo).toISOString()}::timestamptz, true, now(), '1')`);
const addTold = (db: Db, name: string, title: string, daysAgo: number, url: string) =>
  db.execute(sql`
    insert into reported_incidents (source, key, entity_refs, title, url, opened_at, as_of, as_of_guid)
    values ('pagerduty', ${`told ${++serial}`}, array[${`component:default/${name}`}], ${title}, ${url},
      ${at(daysAgo).toISOString()}::timestamptz, now(), '1')`);

test("incidents stand at their week for a service, a team and all, and many of a week as their number", async ({
  db,
}) => {
  await makeShop(db);
  await addIssue(db, "acme/shop", "Front is down", 12, ["front"]);
  await addIssue(db, "acme/shop", "Nobody's", 12);
  await addTold(db, "back", "Queue is full", 10, "https://pager.example.com/1");
  await addTold(db, "back", "Odd address", 20, "javascript:alert(1)");
  for (const title of ["One", "Two", "Three"]) await addIssue(db, "acme/other", title, 5);
  await addIssue(db, "acme/other", "Too long ago", 400);
  const told = async (scope: AskFigures["scope"]) => {
    const { annotations } = await readFigures(as(db, person("developer"), now), AskFigures.parse({ scope }));
    return annotations.flatMap(({ kind, from, to, title, href }) =>
      kind === "incident" ? [[title, from, to, href]] : [],
    );
  };
  const service = (name: string) => told({ kind: "service", ref: `component:default/${name}` });
  const down = [
    "Incident: Front is down",
    "2026-11-09",
    "2026-11-09",
    "https://github.com/acme/shop/issues/1",
  ];
  const full = ["Incident: Queue is full", "2026-11-11", "2026-11-11", "https://pager.example.com/1"];
  const odd = ["Incident: Odd address", "2026-11-01", "2026-11-01", null];
  const three = ["3 incidents in this week, the last: Three", "2026-11-16", "2026-11-22", null];
  expect(await service("front")).toEqual([down]);
  expect(await service("back")).toEqual([full, odd]);
  expect(await service("other")).toEqual([[expect.stringMatching(/^3 incidents/), ...three.slice(1)]]);
  expect(await told({ kind: "team", ref: "group:default/crew" })).toEqual([full, down, odd]);
  expect((await told({ kind: "organisation" })).map(([, from]) => from)).toEqual([
    "2026-11-16",
    "2026-11-11",
    "2026-11-09",
    "2026-11-01",
  ]);
});

test("another choice of what counts is marked at its day", async ({ db }) => {
  const [row] = await db.execute<{ version: number }>(
    sql`select rules_version as version from delivery_services where entity_ref = 'component:default/other'`,
  );
  const ctx = as(db, person("admin"), now);
  await saveSource(ctx, {
    ...{ entityRef: "component:default/other", source: "merge", settings: {}, pathGlobs: [] },
    ...{ rulesVersion: row?.version ?? 1, reason: "No secret" },
  });
  const rules = async (name: string) => {
    const scope = { kind: "service" as const, ref: `component:default/${name}` };
    const { annotations } = await readFigures(
      as(db, person("developer"), new Date()),
      AskFigures.parse({ scope }),
    );
    return annotations.filter(({ kind }) => kind === "rules").map(({ title }) => title);
  };
  expect(await rules("other")).toEqual([
    "What counts as a deployment was chosen anew; its history was recalculated",
  ]);
  expect(await rules("front")).toEqual([]);

  // What holds for all who have chosen nothing is marked with these alone.
  await inTransaction(ctx, (tx) => applyDefaultSource(tx, "merge", "Every merge is deployed"));
  expect(await rules("front")).toEqual([expect.stringContaining("where a service has chosen nothing")]);
  expect(await rules("other")).toHaveLength(1);
});
