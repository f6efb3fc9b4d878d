import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import { markFiguresDue } from "#server/delivery/figures/mark-due.ts";
import { documentText, fileOf, importFiles } from "./catalogue.ts";
import { as } from "./database.ts";

/** A deployment as a test writes it; changes as lead times in hours. */
export type TestDeployment = {
  at: Date;
  kind?: "baseline" | "forward" | "redeploy" | "rollback" | "unknown";
  attribution?: "complete" | "baseline" | "unknown";
  tier?: string;
  isFailed?: boolean;
  isExcluded?: boolean;
  hours?: readonly number[];
  botHours?: readonly number[];
  /** State of its failure, and when it was whole again. */
  failure?: {
    state: "confirmed" | "suggested" | "rejected";
    signal?: "incident" | "revert" | "rollback";
    recoveredAt?: Date | null;
    detectedAt?: Date;
    /** The remedy, by its place in the list. */
    remedy?: number;
  };
};

/** Teams and Components of a test: each with its owner, and the Group above it. */
export async function importServices(
  db: Db,
  services: Readonly<Record<string, string>>,
  parents: Readonly<Record<string, string>> = {},
): Promise<void> {
  const teams = new Set([...Object.values(services), ...Object.keys(parents), ...Object.values(parents)]);
  await importFiles(db, "figures", {
    "catalog-info.yaml": fileOf(
      ...[...teams].map((name) =>
        documentText("Group", name, {
          spec: { type: "team", children: [], ...(parents[name] ? { parent: parents[name] } : {}) },
        }),
      ),
      ...Object.entries(services).map(([name, owner]) =>
        documentText("Component", name, { spec: { owner: `group:default/${owner}`, system: "shop" } }),
      ),
      documentText("System", "shop"),
    ),
  });
}

/** A service's rows as the projection leaves them, with its mark. Answers the service's id and the deployments' ids. */
export async function writeDeployments(
  db: Db,
  name: string,
  deployments: readonly TestDeployment[],
): Promise<{ serviceId: string; ids: number[] }> {
  const [service] = await db.execute<{ id: string }>(sql`
    insert into delivery_services (entity_ref) values (${`component:default/${name}`})
    on conflict (entity_ref) do update set entity_ref = excluded.entity_ref returning id`);
  const serviceId = service?.id ?? "";
  const ids: number[] = [];
  for (const one of deployments) ids.push(await writeOne(db, serviceId, one));
  for (const [index, { failure }] of deployments.entries()) {
    if (!failure) continue;
    await db.execute(sql`
      insert into deployment_failures (deployment_id, service_id, signal, signal_key, confidence, decision, seen_at, remedy_id, recovered_at, detected_at, evidence)
      values (${ids[index]}, ${serviceId}, ${failure.signal ?? "incident"}, ${`signal ${ids[index]}`},
        ${failure.state === "confirmed" ? "confirmed" : "suggested"}, ${failure.state === "rejected" ? "rejected" : null},
        ${deployments[index]?.at.toISOString()}::timestamptz, ${failure.remedy === undefined ? null : ids[failure.remedy]},
        ${failure.recoveredAt?.toISOString() ?? null}::timestamptz, ${failure.detectedAt?.toISOString() ?? null}::timestamptz, '{}')`);
  }
  const from = new Date(Math.min(...deployments.map(({ at }) => at.getTime())));
  await markFiguresDue(as(db), serviceId, from);
  return { serviceId, ids };
}

let written = 0;

async function writeOne(db: Db, serviceId: string, one: TestDeployment): Promise<number> {
  const kind = one.isFailed ? null : (one.kind ?? "forward");
  const usual = kind === "baseline" ? "baseline" : kind === "unknown" ? "unknown" : "complete";
  const attribution = one.isFailed ? null : (one.attribution ?? usual);
  const at = one.at.toISOString();
  const tier = one.tier ?? "production";
  written += 1;
  const [row] = await db.execute<{ id: number }>(sql`
    insert into service_deployments (service_id, tier, source, source_key, environment, sha, created_at, succeeded_at, failed_at, kind, attribution, is_excluded, definition)
    values (${serviceId}, ${tier}, 'deployment', ${`key ${written}`}, ${tier}, ${`sha ${written}`}, ${at}::timestamptz,
      ${one.isFailed ? null : at}::timestamptz, ${one.isFailed ? at : null}::timestamptz, ${kind}, ${attribution},
      ${one.isExcluded ?? false}, 1)
    returning id::float8 as id`);
  const id = row?.id ?? 0;
  const changes = [
    ...(one.hours ?? []).map((hours) => ({ hours, isBot: false })),
    ...(one.botHours ?? []).map((hours) => ({ hours, isBot: true })),
  ].map(({ hours, isBot }, index) => ({
    key: `pull:${written * 1000 + index}`,
    seconds: hours * 3600,
    isBot,
  }));
  await db.execute(sql`
    insert into deployment_changes (deployment_id, key, service_id, tier, deployed_at, pull_request, sha, started_at, started_by, lead_seconds,
      coding_seconds, pickup_seconds, review_seconds, deploy_seconds, was_clamped, is_bot)
    select ${id}, c.key, ${serviceId}, ${tier}, ${at}::timestamptz, 1, 'x', ${at}::timestamptz - make_interval(secs => c.seconds),
      'pull_request_commit', c.seconds, c.seconds / 2, c.seconds / 4, c.seconds / 8, c.seconds / 8, c.seconds = 0, c."isBot"
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as c(key text, seconds float8, "isBot" boolean)`);
  return id;
}
