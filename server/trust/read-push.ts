import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { sourceRepositories } from "#db/schema/connections.ts";
import { webhookDeliveries } from "#db/schema/github.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { readBody, storableText } from "#server/github/read-body.ts";
import { monthOf } from "./truth/model.ts";

const paths = z.array(z.string().max(1000)).max(3000).nullish();
const Commit = z.object({
  id: z.string().regex(/^[0-9a-f]{40}$/),
  message: z.string().nullish(),
  timestamp: z.coerce.date(),
  author: z.object({ name: z.string().nullish(), username: z.string().nullish() }).nullish(),
  added: paths,
  removed: paths,
  modified: paths,
});
const Push = z.object({
  repository: z.object({ full_name: z.string().max(300) }),
  commits: z.array(Commit).max(5000).nullish(),
});

type Found = { sha: string; author: string; login: string | null; title: string; at: Date; paths: string[] };

/**
 * Takes from a push what the catalogue's history needs: who changed a catalogue file, and which teams work in the
 * repository (the month alone). Nothing else of anybody's commits is kept. Idempotent; what cannot be read is left out.
 */
export async function readPushForTrust(ctx: Ctx, input: { deliveryId: number }): Promise<void> {
  const [delivery] = await ctx.db
    .select({ body: webhookDeliveries.body, connectionId: webhookDeliveries.connectionId })
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.id, input.deliveryId));
  const reading = delivery?.body ? readBody(delivery.body) : null;
  const push = reading && "payload" in reading ? Push.safeParse(reading.payload) : null;
  if (!push?.success) return;
  const slug = push.data.repository.full_name.toLowerCase();
  if (await isAnothers(ctx, slug, delivery?.connectionId ?? null)) return;
  const found = (push.data.commits ?? []).map(foundOf);
  await inTransaction(ctx, async (tx) => {
    await keepCommits(tx, slug, found);
    await keepTeams(tx, slug, found);
  });
}

/** A secret speaks for the repositories of its own connection: what others show is not told by it. */
async function isAnothers(ctx: Ctx, slug: string, connectionId: string | null): Promise<boolean> {
  const shown = await ctx.db
    .select({ connectionId: sourceRepositories.connectionId })
    .from(sourceRepositories)
    .where(eq(sourceRepositories.slug, slug));
  return shown.length > 0 && !shown.some((repository) => repository.connectionId === connectionId);
}

function foundOf(commit: z.infer<typeof Commit>): Found {
  const { author } = commit;
  return {
    sha: commit.id,
    author: storableText(author?.name ?? author?.username ?? "").slice(0, 100),
    login: author?.username?.toLowerCase().slice(0, 100) ?? null,
    title:
      storableText(commit.message ?? "")
        .split("\n", 1)[0]
        ?.slice(0, 300) ?? "",
    at: commit.timestamp,
    paths: [...new Set([commit.added, commit.removed, commit.modified].flatMap((list) => list ?? []))]
      .filter((path) => /\.ya?ml$/i.test(path))
      .map(storableText),
  };
}

/** Commits that touched a file which entries come from, or came from. */
async function keepCommits(tx: Ctx, slug: string, found: readonly Found[]): Promise<void> {
  const rows = found.filter(({ author, paths: touched }) => author !== "" && touched.length > 0);
  if (rows.length === 0) return;
  await tx.db.execute(sql`
    insert into catalogue_commits (slug, sha, author, title, at, paths)
    select ${slug}, r.sha, r.author, r.title, r.at, kept.paths
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as r(sha text, author text, title text, at timestamptz, paths json)
    cross join lateral (
      select array_agg(p order by p) as paths from json_array_elements_text(r.paths) as p
      where exists (select 1 from entities e where e.file = p) or p ~ '(^|/)catalog-info[^/]*$') as kept
    where kept.paths is not null
    on conflict (slug, sha) do nothing`);
}

/** By login, as the annotation of a User or its name has it; the person is forgotten, the team's month stays. */
async function keepTeams(tx: Ctx, slug: string, found: readonly Found[]): Promise<void> {
  const rows = found.flatMap(({ login, at }) => (login ? [{ login, month: monthOf(at) }] : []));
  if (rows.length === 0) return;
  await tx.db.execute(sql`
    insert into repository_teams (slug, group_ref, last_month)
    select ${slug}, m.target_ref, max(r.month)
    from json_to_recordset(${JSON.stringify(rows)}::json) as r(login text, month text)
    join lateral (
      select e.ref from entities e where e.kind_key = 'user' and e.name_key = r.login
      union select e.ref from entity_fields f join entities e on e.id = f.entity_id and e.kind_key = 'user'
        where f.key = 'metadata.annotations.github.com/user-login' and f.value = r.login) as u on true
    join entity_relations m on m.source_ref = u.ref and m.type = 'memberOf'
    group by m.target_ref
    on conflict (slug, group_ref) do update set last_month = greatest(repository_teams.last_month, excluded.last_month)`);
}
