import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { entities } from "#db/schema/catalog.ts";
import { catalogueChecks } from "#db/schema/catalog-sources.ts";
import { sourceRepositories } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import { shadowEntities } from "#db/schema/shadow.ts";
import { importLocation } from "#server/catalog/import-location.ts";
import { savePortalEntries } from "#server/catalog/portal-entries/save-portal-entries.ts";
import { ensureLocation } from "#server/catalog/register-location.ts";
import { runImport } from "#server/catalog/run-import.ts";
import { createCustomSource } from "#server/catalog/sources/create-custom-source.ts";
import { memoryTree } from "#server/catalog/trees/memory-tree.ts";
import { saveTokenConnection } from "#server/connections/save-connection.ts";
import type { Ctx } from "#server/core/context.ts";
import { makeOutside } from "#server/core/outside.ts";
import { requestCheck } from "#server/discovery/check/request-check.ts";
import { connectShadow } from "#server/shadow/connect-shadow.ts";
import { ConnectShadow } from "#server/shadow/inputs.ts";
import { addDiscovered, type DiscoveredWorld } from "#server/testing/discovered.ts";
import { randomSha } from "#server/testing/github-payloads.ts";
import { testKeyring } from "#server/testing/keyring.ts";

export async function importFolder(ctx: Ctx, target: string): Promise<string> {
  const { id } = await ensureLocation(ctx, { type: "folder", target, isDemo: false });
  await importLocation({ ctx, outside: makeOutside({ hosts: [] }) }, { locationId: id });
  return id;
}

/** As if the file had been fetched: nothing leaves this machine. */
export async function importWebFile(ctx: Ctx): Promise<{ id: string; target: string; uid: string }> {
  const target = "https://git.example.com/acme/web/catalog-info.yaml";
  const { id } = await ensureLocation(ctx, { type: "file", target, isDemo: false });
  const text = documentOfTheWeb;
  const tree = memoryTree(new Map([["catalog-info.yaml", text]]));
  await runImport({ ctx, outside: makeOutside({ hosts: [] }) }, id, async () => ({
    tree,
    start: { file: "catalog-info.yaml" },
  }));
  const [entry] = await ctx.db
    .select({ uid: entities.uid })
    .from(entities)
    .where(eq(entities.locationId, id));
  return { id, target, uid: entry?.uid ?? "" };
}

const documentOfTheWeb = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: web-ours }
spec: { type: bucket, owner: ours }
`;

export async function addSentEntries(
  ctx: Ctx,
): Promise<{ customSource: string; kept: string; check: string }> {
  const { id } = await createCustomSource(ctx, { id: "machines", title: "Machines", guardPercent: 20 });
  const text = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: kept }
spec: { type: queue, owner: ours }
`;
  const { entries } = await savePortalEntries(ctx, { documents: [{ text }] });
  return { customSource: id, kept: entries[0]?.ref ?? "", check: await addCheck(ctx) };
}

async function addCheck(ctx: Ctx): Promise<string> {
  const [connection] = await ctx.db
    .insert(connections)
    .values({ kind: "github", name: "Of the checks" })
    .returning({ id: connections.id });
  const [repository] = await ctx.db
    .insert(sourceRepositories)
    .values({
      connectionId: connection?.id ?? "",
      externalId: "checks",
      fullName: "acme/public",
      slug: "acme/public",
      url: "https://github.com/acme/public",
      cloneUrl: "https://github.com/acme/public.git",
      defaultBranch: "main",
      visibility: "public",
      topics: [],
      listedAt: ctx.now(),
    })
    .returning({ id: sourceRepositories.id });
  const asked = { pullRequest: 1, branch: "topic", baseSha: randomSha(), headSha: randomSha() };
  await requestCheck(ctx, repository?.id ?? "", asked);
  const [check] = await ctx.db.select({ id: catalogueChecks.id }).from(catalogueChecks);
  return check?.id ?? "";
}

export async function addConnection(ctx: Ctx): Promise<{ connection: string; discovered: DiscoveredWorld }> {
  const { id } = await saveTokenConnection(ctx, connected, testKeyring);
  return { connection: id, discovered: await addDiscovered(ctx, id) };
}

const connected = {
  kind: "github" as const,
  name: "Connected",
  webUrl: "https://github.com",
  token: "ghp_of_nobody",
};

export async function followBackstage(ctx: Ctx): Promise<string> {
  const input = ConnectShadow.parse({ address: "https://backstage.example.com", token: randomUUID() });
  const { id } = await connectShadow(ctx, input, () => testKeyring);
  const ref = "component:default/only-there";
  await ctx.db
    .insert(shadowEntities)
    .values({ connectionId: id, ref, kind: "component", seenRun: 1, verdict: "missing", document: "{}" });
  return id;
}
