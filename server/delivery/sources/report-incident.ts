import { and, eq } from "drizzle-orm";
import { reportedIncidents } from "#db/schema/delivery-figures.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import type { ReportIncident } from "./inputs.ts";
import { type LoadedService, loadService } from "./load-service.ts";
import { mergeIncidents } from "./merge-reported.ts";
import { insiderRefusal, reportRefusal } from "./policy.ts";
import { momentOf, stampOf } from "./report-deployment.ts";
import "./events.ts";

export type ReportedIncident = {
  key: string;
  entityRefs: string[];
  title: string;
  severity: string | null;
  url: string | null;
  openedAt: Date;
  resolvedAt: Date | null;
  isNew: boolean;
};

/** Takes an incident from a program. The same key is the same incident; it ends once, the earliest end counts. */
export async function reportIncident(ctx: Ctx, input: ReportIncident): Promise<ReportedIncident> {
  ensure(insiderRefusal(ctx.actor));
  const services: LoadedService[] = [];
  for (const ref of input.entityRefs) {
    const service = await loadService(ctx, ref);
    ensure(reportRefusal(ctx.actor, service));
    services.push(service);
  }
  const at = momentOf(ctx, input.at);
  return inTransaction(ctx, async (tx) => {
    const { key, status, title, severity = null, url = null, sha = null, deployment } = input;
    const known = await readReported(tx, key);
    await mergeIncidents(tx, [
      {
        source: "api",
        key,
        hints: services.map(({ ref }) => `ref:${ref}`),
        title,
        severity,
        url,
        namedSha: sha,
        namedKey: deployment === undefined ? null : `api:${deployment}`,
        openedAt: at,
        resolvedAt: status === "resolved" ? at : null,
        asOf: at,
        asOfGuid: stampOf([status, title, severity, url]),
      },
    ]);
    const row = await readReported(tx, key);
    if (!row) throw invalid("The incident was removed while it was written: send it again");
    const payload = { entityRefs: row.entityRefs, source: "api", title: row.title };
    if (!known) await record(tx, { type: "incident.reported", subjectId: `api ${key}`, payload });
    if (row.resolvedAt && !known?.resolvedAt)
      await record(tx, { type: "incident.resolved", subjectId: `api ${key}`, payload });
    return { ...row, isNew: !known };
  });
}

async function readReported(tx: Ctx, key: string): Promise<Omit<ReportedIncident, "isNew"> | undefined> {
  const table = reportedIncidents;
  const [row] = await tx.db
    .select({
      key: table.key,
      entityRefs: table.entityRefs,
      title: table.title,
      severity: table.severity,
      url: table.url,
      openedAt: table.openedAt,
      resolvedAt: table.resolvedAt,
    })
    .from(table)
    .where(and(eq(table.source, "api"), eq(table.key, key)));
  return row;
}
