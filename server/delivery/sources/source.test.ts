import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { deployments, repositories } from "#db/schema/delivery.ts";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { likePattern } from "#server/delivery/annotations.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person, tokenActor } from "#server/testing/people.ts";
import { ReportDeployment, SaveSource } from "./inputs.ts";
import { previewSources } from "./preview-sources.ts";
import { readSource } from "./read-source.ts";
import { reportDeployment } from "./report-deployment.ts";
import { saveSource } from "./save-source.ts";
import { simulateSource } from "./simulate-source.ts";
import { applyTiers, fits, readTiers, saveTiers, type TierRule, tryTiers } from "./tiers.ts";

const ref = (name: string) => `component:default/${name}`;
const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const maintainer = person("developer", { maintains: ["group:default/shop"] });

/** A service whose repository told GitHub of `count` deployments, one a day, the newest yesterday. */
async function deployOnGitHub(db: Db, name: string, count: number, environment = "production") {
  await importFiles(db, name, {
    "catalog-info.yaml": fileOf(
      documentText("Component", name, {
        metadata: { annotations: { "github.com/project-slug": `acme/${name}` } },
        spec: { owner: "group:default/shop" },
      }),
    ),
  });
  const stamp = { asOf: ago(0), asOfGuid: "g" };
  const repositoryId = `github.com:${name}`;
  await db.insert(repositories).values({
    id: repositoryId,
    fullName: `acme/${name}`,
    slug: `acme/${name}`,
    defaultBranch: "main",
    observedSince: ago(400),
    isDemo: false,
    ...stamp,
  });
  for (let n = 1; n <= count; n += 1)
    await db.insert(deployments).values({
      repositoryId,
      number: n,
      environment,
      tier: environment === "production" ? "production" : "other",
      sha: String(n).padStart(40, "0"),
      ref: "main",
      task: "deploy",
      createdAt: ago(count - n + 1),
      succeededAt: ago(count - n + 1),
      ...stamp,
    });
}

const rowsOf = (db: Db, name: string) =>
  db.execute<{ source: string; tier: string; n: number }>(sql`
    select d.source, d.tier, count(*)::int as n from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${ref(name)} group by 1, 2 order by 1, 2`);

async function project(db: Db, name: string) {
  await db.execute(sql`
    insert into delivery_services as s (entity_ref, due_from, due_count) values (${ref(name)}, 'epoch', 1)
    on conflict (entity_ref) do update set due_from = 'epoch', due_count = s.due_count + 1`);
  await projectDue(as(db), () => false);
}

describe("the source of a service's deployments", () => {
  test("is previewed: what each would count, the newest three, and why one counts none", async ({ db }) => {
    await deployOnGitHub(db, "previewed", 5);
    await reportDeployment(
      as(db, tokenActor("platform", ["delivery-write"])),
      ReportDeployment.parse({
        entityRef: ref("previewed"),
        key: "1",
        status: "succeeded",
        environment: "staging",
        at: ago(2).toISOString(),
      }),
    );
    const previews = await previewSources(as(db), {
      entityRef: ref("previewed"),
      source: "tag",
      settings: { tagPattern: "^release-" },
      pathGlobs: [],
    });
    const of = (source: string) => previews.find((one) => one.source === source);
    expect(of("deployment")).toMatchObject({ production: 5, failed: 0, whyNone: null });
    expect(of("deployment")!.newest.map(({ sha }) => Number(sha))).toEqual([5, 4, 3]);
    expect(of("reported")).toMatchObject({
      production: 0,
      elsewhere: 1,
      whyNone: expect.stringMatching(/give their environments a tier/),
    });
    expect(of("workflow")!.whyNone).toMatch(/^No workflow is chosen/);
    expect(of("tag")!.whyNone).toMatch(/^No tag that fits the pattern/);
    await expect(
      previewSources(as(db), {
        entityRef: ref("previewed"),
        source: "tag",
        settings: { tagPattern: "(" },
        pathGlobs: [],
      }),
    ).rejects.toThrow("no regular expression");
  });

  test("is tried without a trace, saved with a reason, and then counts", async ({ db }) => {
    await deployOnGitHub(db, "changed", 6);
    await reportDeployment(
      as(db, tokenActor("platform", ["delivery-write"])),
      ReportDeployment.parse({
        entityRef: ref("changed"),
        key: "1",
        status: "succeeded",
        environment: "production",
        at: ago(2).toISOString(),
      }),
    );
    await project(db, "changed");
    const before = await db.execute(sql`select * from service_deployments order by id`);
    const ctx = as(db, maintainer);
    const candidate = {
      entityRef: ref("changed"),
      source: "reported" as const,
      settings: {},
      pathGlobs: ["a/**"],
    };
    const simulation = await simulateSource(ctx, candidate);
    expect(simulation.deployments).toEqual({ before: 6, after: 1 });
    expect(simulation.figures.map(({ metric }) => metric)).toContain("leadTime");
    expect(await db.execute(sql`select * from service_deployments order by id`)).toEqual(before);
    const standing = await readSource(ctx, { entityRef: ref("changed") });
    expect(standing).toMatchObject({ source: "deployment", pathGlobs: [], may: { change: null } });

    const { rulesVersion } = standing;
    const save = SaveSource.parse({ ...candidate, rulesVersion, reason: "We deploy with GitLab" });
    for (const actor of [
      person("developer", { groupRefs: ["group:default/shop"] }),
      tokenActor("admin", ["write"]),
    ])
      await expect(saveSource(as(db, actor), save)).rejects.toThrow(/Only maintainers|A token cannot/);
    expect(await saveSource(ctx, save)).toEqual({ rulesVersion: rulesVersion + 1 });
    await expect(saveSource(ctx, save), "the form is of the version before").rejects.toThrow("meanwhile");
    await projectDue(as(db), () => false);
    expect(await rowsOf(db, "changed")).toEqual([{ source: "reported", tier: "production", n: 1 }]);
    const [event] = await db.execute<{ payload: object }>(sql`
      select payload from events where type = 'delivery-source.changed' and subject_id = ${ref("changed")}`);
    expect(event!.payload).toMatchObject({
      from: "deployment",
      to: "reported",
      reason: "We deploy with GitLab",
      pathGlobs: ["a/**"],
    });
  });

  test("needs what it cannot do without", async ({ db }) => {
    await deployOnGitHub(db, "needy", 1);
    const save = (settings: object) =>
      saveSource(
        as(db, maintainer),
        SaveSource.parse({
          entityRef: ref("needy"),
          source: "workflow",
          settings,
          rulesVersion: 0,
          reason: "Why not",
        }),
      );
    await expect(save({})).rejects.toThrow("Name the workflow");
    await expect(save({ workflow: "deploy.yml", tier: "prod" })).rejects.toThrow(
      "The tier is one of production",
    );
    expect(await save({ workflow: "deploy.yml", tagPattern: "left over" })).toEqual({ rulesVersion: 2 });
    expect((await readSource(as(db), { entityRef: ref("needy") })).settings).toEqual({
      workflow: "deploy.yml",
    });
  });
});

describe("tiers of environments", () => {
  test("follow the organisation's rules, and the services that a change touches are worked out anew", async ({
    db,
  }) => {
    await deployOnGitHub(db, "regional", 3, "EU_1");
    await deployOnGitHub(db, "untouched", 2);
    await project(db, "regional");
    await project(db, "untouched");
    expect(await rowsOf(db, "regional")).toEqual([{ source: "deployment", tier: "other", n: 3 }]);
    const platform = as(db, person("platform"));
    const rules = [
      { pattern: "eu_*", tier: "production" as const },
      { pattern: "eu*", tier: "test" as const },
    ];
    const apply = (all: TierRule[]) => inTransaction(platform, (tx) => applyTiers(tx, all, "Regions"));
    const tried = await tryTiers(platform, { rules });
    expect(tried.changed).toEqual({ environments: 1, deployments: 3 });
    expect(tried.environments[0]).toMatchObject({
      environment: "EU_1",
      names: ["acme/regional"],
      places: 1,
      deployments: 3,
      now: "other",
      tried: "production",
    });
    await expect(saveTiers(platform, { rules, reason: "Regions" })).rejects.toThrow(
      "try the rules on every service first",
    );
    expect(await apply(rules)).toEqual({ services: 1 });
    await projectDue(as(db), () => false);
    expect(await rowsOf(db, "regional")).toEqual([{ source: "deployment", tier: "production", n: 3 }]);
    expect((await readTiers(platform)).rules).toEqual(rules);
    await expect(saveTiers(platform, { rules: [...rules, rules[0]!], reason: "x" })).rejects.toThrow("twice");
    await expect(saveTiers(as(db, maintainer), { rules: [], reason: "x" })).rejects.toThrow(
      "Only platform engineers",
    );
    expect(await apply([])).toEqual({ services: 1 });
    await projectDue(as(db), () => false);
    expect(await rowsOf(db, "regional")).toEqual([{ source: "deployment", tier: "other", n: 3 }]);
    const harmless = [{ pattern: "no-such-*", tier: "test" as const }];
    await saveTiers(platform, { rules: harmless, reason: "For later" });
    expect((await readTiers(platform)).rules).toEqual(harmless);
    await saveTiers(platform, { rules: [], reason: "Back" });
  });

  test("change where only some of an environment's deployments say so, and wherever it stands in the list", async ({
    db,
  }) => {
    await deployOnGitHub(db, "mixed", 4, "mixed");
    await db.execute(sql`
      update deployments set tier = 'production' where repository_id = 'github.com:mixed' and number > 1`);
    await db.execute(sql`
      insert into deployments (repository_id, number, environment, tier, sha, ref, task, created_at, as_of, as_of_guid)
      select 'github.com:mixed', 1000 + n, 'busy-' || n / 2, 'other', repeat('a', 40), 'main', 'deploy', now(), now(), 'g'
      from generate_series(0, 599) as n`);
    const platform = as(db, person("platform"));
    // Three of four are production by themselves.
    const rules = [{ pattern: "mixed", tier: "production" as const }];
    const tried = await tryTiers(platform, { rules });
    expect(tried.changed).toEqual({ environments: 1, deployments: 4 });
    expect(tried.environments[0]).toMatchObject({ environment: "mixed", now: "other", tried: "production" });
    expect([tried.environments.length, tried.total > 300]).toEqual([200, true]);
    const last = await tryTiers(platform, { rules: [{ pattern: "busy-299", tier: "test" }] });
    expect(last.environments[0]).toMatchObject({ environment: "busy-299", tried: "test" });
  });

  test("fit as the database takes the same pattern", async ({ db }) => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "_", "%", "*", "\\", "-", "."), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(text, text, async (pattern, name) => {
        const [row] = await db.execute<{ fits: boolean; sql: boolean }>(sql`
          select lower(${name}) like ${likePattern(pattern)} as fits,
            lower(${name}) like replace(regexp_replace(lower(${pattern}), '([\\\\%_])', '\\\\\\1', 'g'), '*', '%') as sql`);
        expect([row!.fits, row!.sql]).toEqual([fits(pattern, name), fits(pattern, name)]);
      }),
      { numRuns: 300 },
    );
  });
});
