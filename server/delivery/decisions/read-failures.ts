import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { evidenceHref, evidenceWords, type RawFailureEvidence } from "./evidence-words.ts";
import type { FailureEvidence, FailureSignal, FailureState } from "./model.ts";

/** Columns of a failure `f` of a deployment `d`, with what its address is made from. */
export const failureColumns = sql`f.id::float8 as id, f.signal, f.state, f.confidence, f.decision, f.evidence,
  f.seen_at as "seenAt", f.recovered_at as "recoveredAt",
  (select r.url from repositories r where not r.is_demo and r.id = case
    when f.evidence ->> 'incident' like '%#%' and f.evidence ->> 'incident' not like 'http%'
    then split_part(f.evidence ->> 'incident', '#', 1) else d.repository_id end) as "repositoryUrl",
  (select i.url from reported_incidents i where i.source || ':' || i.key = f.evidence ->> 'incident' limit 1) as "incidentUrl"`;

export type RawFailure = {
  id: number;
  signal: FailureSignal;
  state: FailureState;
  confidence: "confirmed" | "suggested";
  decision: "confirmed" | "rejected" | null;
  evidence: RawFailureEvidence;
  seenAt: string;
  recoveredAt: string | null;
  repositoryUrl: string | null;
  incidentUrl: string | null;
};

export const wordsOf = (raw: RawFailure) => ({
  words: evidenceWords(raw.signal, raw.confidence, raw.evidence),
  href: webOnly(evidenceHref(raw.signal, raw.evidence, raw)),
});

/** An address came from outside: only one of the web is linked. */
const webOnly = (href: string | null) => (href && /^https?:\/\//i.test(href) ? href : null);

/** All failures that meet a condition on `f` and `d`, the earliest first, with who decided. */
export async function readFailures(ctx: Ctx, where: SQL): Promise<FailureEvidence[]> {
  const rows = await ctx.db.execute<RawFailure & { decidedBy: string | null }>(sql`
    select ${failureColumns}, case when f.decision is not null then (
      select y.actor_name from delivery_decisions y
      where y.service_id = d.service_id and y.source = d.source and y.source_key = d.source_key
        and y.signal = f.signal and y.signal_key = f.signal_key
      order by y.id desc limit 1) end as "decidedBy"
    from deployment_failures f join service_deployments d on d.id = f.deployment_id
    where ${where} order by f.seen_at, f.id`);
  return rows.map((raw) => ({
    id: raw.id,
    signal: raw.signal,
    state: raw.state,
    decidedBy: raw.decidedBy,
    ...wordsOf(raw),
    seenAt: new Date(raw.seenAt),
    recoveredAt: raw.recoveredAt ? new Date(raw.recoveredAt) : null,
  }));
}
