import { and, eq, sql } from "drizzle-orm";
import { reportedIncidents } from "#db/schema/delivery-reported.ts";
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
  /** What it says that means nothing yet, in a sentence. */
  note: string | null;
};

type Known = Omit<ReportedIncident, "isNew" | "note">;

/**
 * Takes an incident from a program. The same key is the same incident; it ends once, the earliest end counts. What is known
 * already needs no title again. An end before the beginning that was told is refused: it would move the beginning in silence.
 */
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
    const { key, status, severity = null, url = null, sha = null, deployment } = input;
    const known = await readReported(tx, key);
    const title = input.title ?? known?.title;
    if (title === undefined) throw invalid("title: say what is wrong, in a few words", "title");
    if (known && status === "resolved") ensureNotBefore(known, at);
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
    return { ...row, isNew: !known, note: await readNote(tx, deployment, row.entityRefs) };
  });
}

/** Where the end alone was told so far, its beginning is not known: it stands at that end. */
function ensureNotBefore({ openedAt, resolvedAt }: Known, at: Date): void {
  if (at >= openedAt || resolvedAt?.getTime() === openedAt.getTime()) return;
  throw invalid(
    `at: it was opened at ${openedAt.toISOString()}, so it cannot have been resolved at ${at.toISOString()}`,
    "at",
  );
}

async function readNote(
  tx: Ctx,
  deployment: string | undefined,
  entityRefs: readonly string[],
): Promise<string | null> {
  if (deployment === undefined) return null;
  const there = await tx.db.execute(sql`
    select from reported_deployments where source = 'api' and key = ${deployment}
      and entity_ref = any(${sql.param([...entityRefs])}::text[]) limit 1`);
  return there.length > 0
    ? null
    : `No deployment with the key ${deployment} was reported of it yet: the incident names nothing until one is`;
}

async function readReported(tx: Ctx, key: string): Promise<Known | undefined> {
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
