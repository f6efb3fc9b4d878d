import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { deliveryServices } from "#db/schema/delivery-figures.ts";
import { reportedDeployments } from "#db/schema/delivery-reported.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { type Outcome, type Tier, tierOf } from "#server/delivery/model.ts";
import { readDefaultSource } from "#server/delivery/projection/read-default-source.ts";
import type { ReportDeployment } from "./inputs.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { mergeDeployments } from "./merge-reported.ts";
import { mostAheadMs } from "./model.ts";
import { isOfOurTime } from "./pagers/told.ts";
import { insiderRefusal, reportRefusal } from "./policy.ts";
import "./events.ts";

export type ReportedDeployment = {
  entityRef: string;
  key: string;
  environment: string;
  tier: Tier;
  sha: string | null;
  repository: string | null;
  version: string | null;
  url: string | null;
  outcome: Outcome;
  createdAt: Date;
  succeededAt: Date | null;
  failedAt: Date | null;
  /** It was not known before. */
  isNew: boolean;
  /** Why it does not count yet, or what it does not bring; null when all is well. */
  note: string | null;
};

/**
 * Takes a deployment from a program. Calls with the same key are the same deployment, told in any order and as often as the
 * sender likes: the earliest success counts. Throws `conflict` when the key already stands for something else.
 */
export async function reportDeployment(ctx: Ctx, input: ReportDeployment): Promise<ReportedDeployment> {
  ensure(insiderRefusal(ctx.actor));
  const service = await loadService(ctx, input.entityRef);
  ensure(reportRefusal(ctx.actor, service));
  const at = momentOf(ctx, input.at);
  return inTransaction(ctx, async (tx) => {
    const { key, status, environment, sha = null, version = null, url = null } = input;
    const repositorySlug = input.repository ?? service.slug;
    const tier = input.tier ?? tierOf({ name: environment, isProduction: undefined, isTransient: undefined });
    const known = await lockReported(tx, service.ref, key);
    if (known)
      refuseContradiction(known, { environment, sha, version, repositorySlug: input.repository ?? null });
    await mergeDeployments(tx, [
      {
        entityRef: service.ref,
        source: "api",
        key,
        environment,
        tier,
        repositorySlug,
        sha,
        version,
        url,
        createdAt: at,
        succeededAt: status === "succeeded" ? at : null,
        failedAt: status === "failed" ? at : null,
        asOf: at,
        asOfGuid: stampOf([status, tier, url]),
      },
    ]);
    const row = await lockReported(tx, service.ref, key);
    if (!row) throw invalid("The deployment was removed while it was written: send it again");
    if (!isSame(known, row))
      await record(tx, {
        type: "deployment.reported",
        subjectId: `${service.ref} ${key}`,
        payload: { entityRef: service.ref, source: "api", status, environment, sha },
      });
    return { ...shown(row), isNew: !known, note: await noteOf(tx, service, row) };
  });
}

type Row = typeof reportedDeployments.$inferSelect;

async function lockReported(tx: Ctx, entityRef: string, key: string): Promise<Row | undefined> {
  const { entityRef: ref, source, key: keyOf } = reportedDeployments;
  const [row] = await tx.db
    .select()
    .from(reportedDeployments)
    .where(and(eq(ref, entityRef), eq(source, "api"), eq(keyOf, key)))
    .for("update");
  return row;
}

type Fixed = Pick<Row, "environment" | "sha" | "version" | "repositorySlug">;

/** A key that is used for two deployments would make one of them vanish. */
function refuseContradiction(known: Row, told: Fixed): void {
  for (const name of ["environment", "sha", "version", "repositorySlug"] as const) {
    const [before, now] = [known[name], told[name]];
    if (before === null || now === null || before === now) continue;
    const field = name === "repositorySlug" ? "repository" : name;
    throw conflict(
      `The key "${known.key}" already stands for a deployment with ${field} ${before}: ` +
        `give each deployment a key of its own, such as the number of its pipeline`,
      field,
    );
  }
}

const isSame = (before: Row | undefined, after: Row) => JSON.stringify(before) === JSON.stringify(after);

const shown = (row: Row): Omit<ReportedDeployment, "isNew" | "note"> => ({
  entityRef: row.entityRef,
  key: row.key,
  environment: row.environment,
  tier: row.tier as Tier,
  sha: row.sha,
  repository: row.repositorySlug,
  version: row.version,
  url: row.url,
  outcome: row.succeededAt ? "success" : row.failedAt ? "failure" : "pending",
  createdAt: row.createdAt,
  succeededAt: row.succeededAt,
  failedAt: row.failedAt,
});

/** Why deployments that are reported of a service do not count; null where they do. */
export async function whyUncounted(tx: Ctx, service: LoadedService): Promise<string | null> {
  const [chosen] = await tx.db
    .select({ source: deliveryServices.source })
    .from(deliveryServices)
    .where(eq(deliveryServices.entityRef, service.ref));
  return (chosen?.source ?? (await readDefaultSource(tx))) === "reported"
    ? null
    : `Stored, but it does not count yet: ${service.name} takes its deployments from another source. Choose "reported" under Deployments, Source of deployments`;
}

/** Said in the answer, so that who sets a pipeline up sees at once why no figure moves. */
async function noteOf(tx: Ctx, service: LoadedService, row: Row): Promise<string | null> {
  const uncounted = await whyUncounted(tx, service);
  if (uncounted) return uncounted;
  if (!row.sha) return "Without sha it counts as a deployment, but nobody can tell which changes it brought";
  if (!row.repositorySlug)
    return "The service names no repository (github.com/project-slug): send `repository` so that its changes can be told";
  return null;
}

/** When it happened: as told, else now. Throws when it lies so far off that some clock must be wrong. */
export function momentOf(ctx: Ctx, told: Date | undefined): Date {
  const now = ctx.now();
  if (!told) return now;
  if (told.getTime() - now.getTime() > mostAheadMs)
    throw invalid(`at: ${told.toISOString()} is more than a day ahead of the portal's clock`, "at");
  if (!isOfOurTime(told)) throw invalid(`at: ${told.toISOString()} is no moment of ours`, "at");
  return told;
}

/** Breaks ties between words of the same moment, the same way wherever they come in first. */
export const stampOf = (parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
