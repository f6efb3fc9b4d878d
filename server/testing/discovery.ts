import { sql } from "drizzle-orm";
import type { Db } from "#db/types.ts";
import type { JobTools } from "#server/core/jobs.ts";
import { followDelivery } from "#server/discovery/follow-delivery.ts";
import { runDiscovery } from "#server/discovery/run-discovery.ts";
import { addWebhookSecret } from "#server/github/ensure-webhook-secret.ts";
import { receiveDelivery } from "#server/github/receive-delivery.ts";
import type { WebhookSecret } from "#server/github/webhook-secrets.ts";
import { as } from "./database.ts";
import { connectByToken, jobOutside, organization } from "./fake-github/connect.ts";
import { type FakeGithub, serveFakeGithub } from "./fake-github/fake-github.ts";
import { fullNameOf } from "./fake-github/state.ts";
import { giveToken } from "./fake-github/world.ts";
import { testKeyring } from "./keyring.ts";
import { signedWebhook, workInbox } from "./signed-webhooks.ts";

/** A catalogue file of one Component. */
export const componentFile = (
  name: string,
  owner = "payments",
  more = "",
) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: ${name}${more} }
spec: { type: service, lifecycle: production, owner: ${owner} }
`;

/** What a job is handed, with a process that goes on until the test ends it. */
export const jobTools = (db: Db, options: { at?: Date; signal?: AbortSignal } = {}): JobTools => ({
  ctx: as(db, undefined, options.at),
  outside: jobOutside(),
  signal: options.signal ?? new AbortController().signal,
});

/** A fake GitHub with one organisation, connected by a token. */
export async function connectedFake(
  db: Db,
  name: string,
): Promise<{ fake: FakeGithub; connectionId: string; secret: WebhookSecret }> {
  const fake = await serveFakeGithub();
  fake.state.owner(name, "Organization", ["ana", "ben"]);
  const connectionId = await connectByToken(db, fake, giveToken(fake), {
    owners: [organization(name)],
    reservePercent: 0,
  });
  const secret = await addWebhookSecret(
    as(db),
    testKeyring,
    { id: connectionId, name, isDemo: false },
    connectionId,
  );
  return { fake, connectionId, secret };
}

export const discover = (db: Db, connectionId: string, at?: Date) =>
  runDiscovery(jobTools(db, at ? { at } : {}), { connectionId });

/** Receives a webhook, works the inbox, and does the jobs that follow it, as the worker would. Answers its number. */
export async function deliver(
  db: Db,
  secret: WebhookSecret,
  event: string,
  payload: object,
): Promise<number> {
  const { id } = await receiveDelivery(as(db), [secret], signedWebhook(secret, event, payload));
  await workInbox(as(db));
  await followDelivery(jobTools(db), { deliveryId: id });
  return id;
}

export function repositoryOf(fake: FakeGithub, fullName: string) {
  const row = fake.state.get(fullName);
  return {
    id: row.id,
    full_name: fullNameOf(row),
    default_branch: row.defaultBranch,
    html_url: `${fake.webUrl}/${fullNameOf(row)}`,
  };
}

export const pushOf = (fake: FakeGithub, fullName: string, branch = "main") => ({
  ref: `refs/heads/${branch}`,
  before: "0".repeat(40),
  after: fake.state.get(fullName).branches.get(branch) ?? "0".repeat(40),
  created: false,
  deleted: false,
  forced: false,
  commits: [],
  repository: repositoryOf(fake, fullName),
});

type SourceRow = {
  target: string;
  state: string;
  failure: string | null;
  isAsOf: boolean;
  refs: string[];
};

/** The locations of a connection with what they brought, in the order of their targets; addresses without their host. */
export async function readSources(db: Db, connectionId: string): Promise<SourceRow[]> {
  const rows = await db.execute<SourceRow>(sql`
    select regexp_replace(l.target, '^https?://[^/]+/', '') as target, l.state, l.failure, l.imported_at is not null as "isAsOf",
      array(select e.ref || case when e.file_gone_at is null then '' else ' (gone)' end
        from entities e where e.location_id = l.id order by e.ref) as refs
    from locations l where l.connection_id = ${connectionId} and l.type = 'git' order by l.target`);
  return [...rows];
}

export async function uidOf(db: Db, ref: string): Promise<string | undefined> {
  const [row] = await db.execute<{ uid: string }>(sql`select uid from entities where ref = ${ref}`);
  return row?.uid;
}

export async function readRun(db: Db, connectionId: string) {
  const [row] = await db.execute<{
    state: string;
    failure: string | null;
    completed: boolean;
    resumeIn: number | null;
    peopleTrouble: string | null;
  }>(sql`
    select state, failure, completed_at is not null as completed, people_trouble as "peopleTrouble",
      extract(epoch from resume_at - now())::int as "resumeIn"
    from discovery_runs where connection_id = ${connectionId}`);
  return row;
}
