import { type SQL, sql } from "drizzle-orm";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { readLastDeployments } from "#server/delivery/reads/deployments.ts";
import { namedRepositories, namesAlike } from "#server/delivery/repositories/named-repositories.ts";
import { type Clues, readClues } from "./clues.ts";
import type { AskWhose } from "./inputs.ts";
import { certaintyOf, type Evidence, type WhoseAnswer, weights } from "./model.ts";

/** Answers are for a person to choose from; what comes after these is a coincidence. */
const most = 10;

/**
 * Whose something is: the entries that name it, with the evidence, their owner, who is on call, and the last change; the
 * likeliest first, at most ten. Only entries that the actor may see.
 */
export async function readWhose(ctx: Ctx, input: AskWhose): Promise<{ items: WhoseAnswer[] }> {
  const clues = readClues(input.text);
  const found = await ctx.db.execute<Found>(sql`
    with found as (${sql.join(searches(clues), sql` union all `)})
    select e.id::int as id, f.weight::float as weight, f.words from found f join entities e on e.id = f.entity_id
    where ${isVisible(ctx.actor)} order by f.weight desc, e.id limit 500`);
  const byEntry = new Map<number, Evidence[]>();
  for (const { id, weight, words } of found) {
    const known = byEntry.get(id) ?? [];
    if (!known.some((evidence) => evidence.words === words)) known.push({ words, weight });
    byEntry.set(id, known);
  }
  const best = [...byEntry].sort(([, a], [, b]) => certaintyOf(b) - certaintyOf(a)).slice(0, most);
  const items = await readDescribed(
    ctx,
    best.map(([id]) => id),
  );
  const ordered = best.flatMap(([id, evidence]) => {
    const item = items.get(id);
    return item ? [{ ...item, evidence: evidence.slice(0, 5) }] : [];
  });
  const last = await readLastDeployments(ctx, { refs: ordered.map(({ ref }) => ref) });
  const deployedAt = new Map(last.map(({ ref, deployment }) => [ref, deployment.at]));
  return { items: ordered.map((item) => ({ ...item, lastDeployedAt: deployedAt.get(item.ref) ?? null })) };
}

type Found = { id: number; weight: number; words: string };

/** Each search is `(entity_id, weight, words)`, bounded, and answered by one index. */
function searches(clues: Clues): SQL[] {
  const values = sql`any(${sql.param(clues.values)}::text[])`;
  return [
    byFields(values),
    sql`select e.id as entity_id, ${weights.name}::float as weight, 'Its name' as words
        from entities e where e.name_key = ${values}`,
    ...(clues.host ? [byHost(clues.host)] : []),
    ...(clues.address ? [byAddress(clues.address)] : []),
    ...(clues.repository ? [byRepository(clues.repository)] : []),
    ...(clues.commit ? [byCommit(clues.commit)] : []),
  ];
}

const bounded = (query: SQL): SQL => sql`(select * from (${query}) bounded limit 100)`;

/** Values of annotations, labels and tags that are the text itself; written as the index `entity_fields_value_idx` is. */
const byFields = (values: SQL): SQL =>
  bounded(sql`
    select f.entity_id,
      case when f.key like 'metadata.annotations.%' then ${weights.annotation}::float
           when f.key like 'metadata.labels.%' then ${weights.label}::float
           else ${weights.tag}::float end as weight,
      case when f.key like 'metadata.annotations.%' then 'Annotation ' || substr(f.key, 22) || ' is ' || f.value
           when f.key like 'metadata.labels.%' then 'Label ' || substr(f.key, 17) || ' is ' || f.value
           else 'Tag ' || f.value end as words
    from entity_fields f
    where f.value = ${values} and f.key like 'metadata.%' and f.value <> 'true'
      and (f.key like 'metadata.annotations.%' or f.key like 'metadata.labels.%' or f.key = 'metadata.tags')
      and f.key not like 'metadata.annotations.backstage.io/managed-by%'`);

/** As the index `entity_fields_host_idx` computes it. */
export const hostExpression = sql`substring(f.value from '^https?://(?:[^/@]*@)?([^/:?#]+)')`;

const byHost = (host: string): SQL =>
  bounded(sql`
    select f.entity_id, ${weights.host}::float as weight, 'Points to ' || f.value as words
    from entity_fields f
    where f.value like 'http%' and ${hostExpression} = ${host}
      and f.key not like 'metadata.annotations.backstage.io/%'`);

/** A link or annotation that the address is, or lies below. */
const byAddress = (address: string): SQL =>
  bounded(sql`
    select f.entity_id, ${weights.address}::float as weight, 'Points to ' || f.value as words
    from entity_fields f
    where f.value like 'http%' and ${hostExpression} = ${new URL(address).hostname}
      and (${address} = rtrim(f.value, '/') or starts_with(${address}, rtrim(f.value, '/') || '/'))
      and length(rtrim(f.value, '/')) > length(split_part(f.value, '/', 3)) + 8
      and f.key not like 'metadata.annotations.backstage.io/%'`);

/** In a repository with several entries the one whose file lies nearest above the path is meant. */
function byRepository({ slug, path }: NonNullable<Clues["repository"]>): SQL {
  const folder = sql`case when e.file like '%/%' then regexp_replace(e.file, '/[^/]*$', '') else '' end`;
  // Its file may lie in another repository than the one it names: then its folder says nothing, and the find weighs less.
  const isAbove = path
    ? sql`(${folder} = '' or ${path} = ${folder} or starts_with(${path}, ${folder} || '/'))`
    : sql`true`;
  const depth = sql`length(${folder})`;
  return bounded(sql`
    select e.id as entity_id,
      ${path ? sql`(case when not ${isAbove} then ${weights.elsewhere}::float when ${folder} = '' then ${weights.repository}::float else ${weights.repositoryPath}::float - 1.0 / (100 + ${depth}) end)` : sql`${weights.repository}::float`} as weight,
      'Repository ' || ${slug}::text || case when ${folder} = '' or not ${isAbove} then '' else ', folder ' || ${folder} end as words
    from entities e left join locations l on l.id = e.location_id
      left join source_repositories r on r.id = l.repository_id
    where e.project_slug in (${namesAlike(sql`${slug}::text`)}) or r.slug = ${slug}
    order by ${path ? sql`${isAbove} desc,` : sql``} ${depth} desc`);
}

/** The Components of the repository that a commit was seen in. */
const byCommit = (commit: string): SQL =>
  bounded(sql`
    select e.id as entity_id, ${weights.commit}::float as weight, 'Commit ' || left(c.sha, 10) || ' of ' || r.full_name as words
    from commits c join ${namedRepositories} r on r.id = c.repository_id join entities e on e.project_slug = r.named
    where c.sha >= ${commit} and c.sha < ${`${commit}g`}`);

type Described = Omit<WhoseAnswer, "evidence" | "lastDeployedAt">;
type Row = {
  id: number;
  ref: string;
  kind: string;
  name: string;
  title: string | null;
  updatedAt: number;
  ownerRef: string | null;
  ownerKind: string | null;
  ownerName: string | null;
  ownerTitle: string | null;
  ownerType: string | null;
  isOwnerGone: boolean | null;
  onCall: string | null;
};

/** A Group or User that was found is its own owner. On call: the address that an entry or its owner names for it. */
async function readDescribed(ctx: Ctx, ids: number[]): Promise<Map<number, Described>> {
  const rows = await ctx.db.execute<Row>(sql`
    select e.id::int as id, e.ref, e.kind, e.name, e.title, (extract(epoch from e.updated_at) * 1000)::float as "updatedAt",
      coalesce(o.ref, e.owner_ref) as "ownerRef", o.kind as "ownerKind", o.name as "ownerName", o.title as "ownerTitle",
      o.type as "ownerType", o.file_gone_at is not null as "isOwnerGone", (
        select coalesce(f.original, f.value) from entity_fields f
        where f.entity_id in (e.id, o.id) and f.key = 'metadata.annotations.milepost.dev/on-call'
        order by f.entity_id = e.id desc limit 1) as "onCall"
    from entities e
      left join entities o on o.ref = case when e.kind_key in ('group', 'user') then e.ref else e.owner_ref end
        and ${isVisible(ctx.actor, sql`o`)}
    where e.id = any(${sql.param(ids)}::bigint[]) and ${isVisible(ctx.actor)}`);
  return new Map(rows.map((row) => [row.id, toDescribed(row)]));
}

function toDescribed(row: Row): Described {
  const { ref, kind, name, title, ownerRef, onCall } = row;
  const owner = ownerRef && {
    ref: ownerRef,
    kind: row.ownerKind ?? ownerRef.slice(0, ownerRef.indexOf(":")),
    name: row.ownerName ?? ownerRef.slice(ownerRef.indexOf("/") + 1),
    title: row.ownerTitle,
    type: row.ownerType,
    isDangling: row.ownerKind === null,
    isFileGone: row.isOwnerGone ?? false,
  };
  const isAddress = /^https?:\/\//.test(onCall ?? "");
  return {
    ...{ ref, kind, name, title },
    owner: owner || null,
    onCall: isAddress ? onCall : null,
    updatedAt: new Date(row.updatedAt),
  };
}
