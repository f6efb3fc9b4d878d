import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { backups, connectionSecrets, connections, installation, processes } from "#db/schema/core.ts";
import { readCheck } from "#server/audit/check-audit-log.ts";
import type { Ctx } from "#server/core/context.ts";
import { isFresh } from "#server/core/process-row.ts";
import { overdueHours } from "../model.ts";
import { bad, type Check, good } from "./check.ts";

/** `isPortalRunning` false: nobody expects a worker, since the portal is stopped. */
export async function checkWorker(ctx: Ctx, isPortalRunning: boolean): Promise<Check> {
  const name = "worker";
  if (!isPortalRunning) return good(name, "The portal is not running");
  const fresh = await ctx.db.select({ kind: processes.kind }).from(processes).where(isFresh);
  if (fresh.some(({ kind }) => kind === "worker")) return good(name, "A worker is up");
  return bad(
    name,
    "No worker has given a sign of life in the last half minute",
    "Start the portal or its worker; the worker's log says why it ended",
  );
}

/** An evaluation needs no backup, but one that failed is told in any case. */
export async function checkBackups(ctx: Ctx): Promise<Check> {
  const name = "backups";
  const fix = "Order one under Admin, Backups, or run: milepost backup FILE";
  const [last] = await ctx.db
    .select({ state: backups.state, at: backups.startedAt, failure: backups.failure })
    .from(backups)
    .where(inArray(backups.state, ["done", "failed"]))
    .orderBy(desc(backups.startedAt))
    .limit(1);
  if (last?.state === "failed")
    return bad(
      name,
      `The last backup failed: ${last.failure}`,
      "Mend that, then order one under Admin, Backups",
    );
  const [row] = await ctx.db
    .select({
      mode: installation.mode,
      ageHours: sql<number>`extract(epoch from now() - ${installation.createdAt})::float8 / 3600`,
    })
    .from(installation);
  const isDue = row?.mode === "production" && row.ageHours > overdueHours;
  const hours = last ? (ctx.now().getTime() - last.at.getTime()) / 3_600_000 : Number.POSITIVE_INFINITY;
  if (isDue && hours > overdueHours)
    return bad(
      name,
      last ? `The last backup is ${Math.round(hours)} hours old` : "There is no backup yet",
      fix,
    );
  return good(name, last ? `The last backup is ${Math.round(hours)} hours old` : "There is no backup yet");
}

/** What comes in has to be signed, and in production somebody has to be able to sign in. */
export async function checkConnections(ctx: Ctx): Promise<Check> {
  const name = "connections";
  const live = await ctx.db
    .select({ id: connections.id, kind: connections.kind, name: connections.name })
    .from(connections)
    .where(isNull(connections.disabledAt));
  const secrets = await ctx.db
    .select({ connectionId: connectionSecrets.connectionId })
    .from(connectionSecrets)
    .where(and(eq(connectionSecrets.purpose, "webhook"), isNull(connectionSecrets.retiredAt)));
  const signed = new Set(secrets.map(({ connectionId }) => connectionId));
  const unsigned = live.find((row) => row.kind === "github" && !signed.has(row.id));
  if (unsigned)
    return bad(
      name,
      `"${unsigned.name}" has no webhook secret, so each of its webhooks is refused`,
      "Make one under Admin, Webhook log, and enter it at GitHub",
    );
  const [row] = await ctx.db
    .select({ mode: installation.mode, setupFinishedAt: installation.setupFinishedAt })
    .from(installation);
  if (row?.mode === "production" && row.setupFinishedAt && !live.some(({ kind }) => kind === "sign-in"))
    return bad(
      name,
      "There is no sign-in provider that is switched on, so nobody can sign in",
      "Sign in with a link (milepost admin sign-in-link --user REF) and connect one under Admin, Sign-in",
    );
  return good(name, `${live.length} are switched on, each with the secrets that it needs`);
}

/** What the last check found; a check of now is `milepost audit verify`. */
export async function checkAudit(ctx: Ctx): Promise<Check> {
  const name = "audit log";
  const last = await readCheck(ctx);
  if (!last?.checkedAt) return good(name, "It has not been checked yet; milepost audit verify does so");
  const at = last.checkedAt.toISOString();
  if (last.isIntact === null)
    return bad(name, `The last check (${at}) broke off: ${last.failure}`, "Run: milepost audit verify");
  if (last.isIntact) return good(name, `Whole at the last check (${at}, ${last.events} events)`);
  const first = last.problems[0]?.message ?? "";
  return bad(
    name,
    `${last.problemCount === 1 ? "1 place was" : `${last.problemCount} places were`} changed, removed or put in (${at}). ${first}`,
    "Run milepost audit verify, and compare with the anchors that lie outside",
  );
}
