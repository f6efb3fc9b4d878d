import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { type News, notifyPeople } from "#server/notifications/notify-people.ts";
import type { DeliveryFacts } from "./facts.ts";
import {
  deploymentOfScope,
  incidentOfScope,
  readClaims,
  readServices,
  scopeRows,
} from "./reads/service-scopes.ts";
import { namedRepositories } from "./repositories/named-repositories.ts";

/** Older trouble is history, as when months are imported: nobody is told. */
const newsHours = 48;

type Trouble = { repositoryId: string; number: number; at: Date };

/**
 * Puts fresh trouble into the inboxes of the teams that own the service: a production deployment that failed, or broke
 * after it had succeeded, and incidents that begin or end. Each has one notice, whose newest words count.
 */
export async function tellTeams(tx: Ctx, facts: readonly DeliveryFacts[]): Promise<void> {
  const since = new Date(tx.now().getTime() - newsHours * 3_600_000);
  const failed = facts.flatMap(({ deployments = [] }) =>
    deployments.flatMap(({ repositoryId, number, tier, lastFailedAt: at }) =>
      at && at >= since && tier === "production" ? [{ repositoryId, number, at }] : [],
    ),
  );
  const incidents = facts.flatMap(({ incidents: found = [] }) =>
    found.flatMap(({ repositoryId, number, openedAt, closedAt }) => {
      const at = closedAt ?? openedAt;
      return at >= since ? [{ repositoryId, number, at }] : [];
    }),
  );
  for (const trouble of failed) await tellOfDeployment(tx, trouble);
  for (const trouble of incidents) await tellOfIncident(tx, trouble);
}

type Affected = { ref: string; title: string };

async function readScopes(tx: Ctx, repositoryId: string) {
  const claims = await readClaims(
    tx,
    sql`e.project_slug in (select r.named from ${namedRepositories} r where r.id = ${repositoryId}) and e.file_gone_at is null`,
  );
  const services = await readServices(
    tx,
    claims.map(({ ref }) => ref),
  );
  return services.flatMap((service) => service.scopes).filter((scope) => scope.repositoryId === repositoryId);
}

async function tellOfDeployment(tx: Ctx, { repositoryId, number, at }: Trouble): Promise<void> {
  const scopes = await readScopes(tx, repositoryId);
  if (scopes.length === 0) return;
  const rows = await tx.db.execute<Affected & { environment: string; is_broken: boolean }>(sql`
    select e.ref, coalesce(e.title, e.name) as title, d.environment, d.succeeded_at is not null as is_broken
    from ${scopeRows(scopes)} join deployments d on ${deploymentOfScope} join entities e on e.ref = s.ref
    where d.repository_id = ${repositoryId} and d.number = ${number}`);
  for (const row of rows) {
    const what = row.is_broken ? "failed after it was deployed" : "could not be deployed";
    await tell(tx, row.ref, {
      subject: `deployment:${repositoryId}:${number}`,
      title: `${row.title} ${what} to ${row.environment}`,
      reason: "Your team owns it",
      href: hrefOf(row.ref),
      at,
    });
  }
}

async function tellOfIncident(tx: Ctx, { repositoryId, number, at }: Trouble): Promise<void> {
  const scopes = await readScopes(tx, repositoryId);
  if (scopes.length === 0) return;
  const rows = await tx.db.execute<Affected & { words: string; is_over: boolean }>(sql`
    select e.ref, coalesce(e.title, e.name) as title, i.title as words, i.closed_at is not null as is_over
    from ${scopeRows(scopes)} join incidents i on ${incidentOfScope} join entities e on e.ref = s.ref
    where i.repository_id = ${repositoryId} and i.number = ${number}`);
  for (const row of rows)
    await tell(tx, row.ref, {
      subject: `incident:${repositoryId}:${number}`,
      title: `${row.is_over ? "Incident resolved" : "Incident"}: ${row.words}`,
      reason: `Your team owns ${row.title}`,
      href: hrefOf(row.ref),
      at,
    });
}

/** The service's page: `/catalog/component/default/checkout`. */
const hrefOf = (ref: string): string => `/catalog/${ref.replace(":", "/")}`;

async function tell(tx: Ctx, ref: string, news: News): Promise<void> {
  const rows = await tx.db.execute<{ person: string; owner: string }>(sql`
    select distinct coalesce(m.target_ref, o.target_ref) as person, o.target_ref as owner
    from entity_relations o
    left join entity_relations m on m.source_ref = o.target_ref and m.type = 'hasMember'
    where o.source_ref = ${ref} and o.type = 'ownedBy' order by 1`);
  await notifyPeople(
    tx,
    rows.map(({ person }) => person),
    { ...news, ownerRef: rows[0]?.owner ?? null },
  );
}
