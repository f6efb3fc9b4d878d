import { eq, sql } from "drizzle-orm";
import { sourceRepositories } from "#db/schema/connections.ts";
import { historyImports, historyRepositories } from "#db/schema/delivery-import.ts";
import { discoveredRepositories, discoveryRuns, discoveryScopes, proposals } from "#db/schema/discovery.ts";
import type { Ctx } from "#server/core/context.ts";
import { adoptProposals } from "#server/discovery/proposals/adopt-proposals.ts";
import { dismissProposals } from "#server/discovery/proposals/decide-proposals.ts";
import { saveScope } from "#server/discovery/save-scope.ts";

export type DiscoveredWorld = {
  /** A connection that is searched, with a run under way. */
  connection: string;
  /** Proposals of a private repository that nobody is known to read, one in each state. */
  open: string;
  adopted: string;
  dismissed: string;
};

/** What a search has found, without a host: the repository's look by hand, the decisions by their verbs. */
export async function addDiscovered(ctx: Ctx, connectionId: string): Promise<DiscoveredWorld> {
  const at = ctx.now();
  const [repository] = await ctx.db
    .insert(sourceRepositories)
    .values({
      connectionId,
      externalId: "discovered",
      fullName: "acme/hidden-find",
      slug: "acme/hidden-find",
      url: "https://github.com/acme/hidden-find",
      cloneUrl: "https://github.com/acme/hidden-find.git",
      defaultBranch: "main",
      visibility: "private",
      topics: [],
      listedAt: at,
    })
    .returning({ id: sourceRepositories.id });
  const repositoryId = repository?.id ?? "";
  await saveScope(ctx, {
    connectionId,
    paths: ["**/catalog-info.yaml"],
    branch: null,
    included: [],
    excluded: [],
    withArchived: false,
    withForks: false,
    withPeople: true,
    withProposals: true,
  });
  await ctx.db
    .insert(discoveryRuns)
    .values({ connectionId, state: "running", startedAt: at, heartbeatAt: at });
  await ctx.db.insert(discoveredRepositories).values({
    repositoryId,
    files: [{ path: "a.yaml", sha: "b" }],
    evidence: {},
    trouble: "It has no branch",
    troubleSince: at,
  });
  // Its past is being read, and that of the repository could not be.
  await ctx.db
    .insert(historyImports)
    .values({ connectionId, state: "running", reachDays: 365, startedAt: at });
  await ctx.db.insert(historyRepositories).values({
    ...{ repositoryId, connectionId, subject: "github.com:discovered", rank: 2, position: 1, turn: 100_001 },
    ...{ until: at, reach: new Date(at.getTime() - 365 * 86_400_000), state: "failed", failedAt: at },
    failure: "It could not be read",
  });
  const rows = await ctx.db
    .insert(proposals)
    .values(
      ["open", "adopted", "dismissed"].map((path) => ({
        repositoryId,
        path,
        name: `found-${path}`,
        type: "service",
        ownerRef: "group:default/ours",
        confidence: 80,
        evidence: [{ what: "CODEOWNERS", says: "All of it", url: null }],
        seenAt: at,
      })),
    )
    .returning({ id: proposals.id });
  const [open = "", adopted = "", dismissed = ""] = rows.map(({ id }) => id);
  await adoptProposals(ctx, { ids: [adopted] });
  await dismissProposals(ctx, { ids: [dismissed], reason: "For a test" });
  return { connection: connectionId, open, adopted, dismissed };
}

/** The same with awkward texts, for copies that have to be exact. */
export async function fillDiscovered(ctx: Ctx, awkward: string): Promise<void> {
  await ctx.db
    .update(proposals)
    .set({ description: awkward, evidence: [{ what: awkward, says: awkward, url: null }] });
  await ctx.db.update(discoveryScopes).set({ excluded: [awkward, "a,b"] });
  await ctx.db
    .update(discoveryRuns)
    .set({ failure: awkward, cursor: { step: "files", after: null } })
    .where(eq(discoveryRuns.state, "running"));
  await ctx.db.execute(sql`update discovered_repositories set trouble = ${awkward}`);
}
