import { sql } from "drizzle-orm";
import { stringify } from "yaml";
import { runImport } from "#server/catalog/run-import.ts";
import { memoryTree } from "#server/catalog/trees/memory-tree.ts";
import type { HostMember, HostTeam, SourceHost } from "#server/connections/source-host.ts";
import { actorLabel } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import type { Outside } from "#server/core/outside.ts";
import { type KnownPeople, type PeopleAtHost, peopleDocuments } from "./people-documents.ts";

type Tools = { ctx: Ctx; outside: Outside; signal: AbortSignal; host: SourceHost };

/**
 * Teams and members of a connection as Groups and Users, in one location of their own. What a file says of a person or
 * team counts instead. Everything is read before anything is written, so that a host that fails midway changes nothing.
 */
export async function mirrorPeople(tools: Tools): Promise<{ teams: number; members: number }> {
  const { ctx, outside, signal, host } = tools;
  const people = await readPeople(host, signal);
  const locationId = await peopleLocation(ctx, host);
  const documents = peopleDocuments(host, people, await readKnown(ctx, locationId));
  const files = new Map(documents.map(({ path, document }) => [path, stringify(document)]));
  const pages = new Map(documents.map(({ path, url }) => [path, url]));
  const tree = {
    ...memoryTree(files),
    nameOf: (path: string) => `url:${pages.get(path) ?? host.webUrl}`,
    urlOf: (path: string) => pages.get(path) ?? null,
  };
  await runImport({ ctx, outside, signal }, locationId, async () => ({ tree, start: { folder: "" } }));
  return { teams: people.teams.length, members: people.members.length };
}

async function readPeople(host: SourceHost, signal: AbortSignal): Promise<PeopleAtHost> {
  const teams: { team: HostTeam; members: string[] }[] = [];
  for await (const page of host.listTeams())
    for (const team of page) {
      signal.throwIfAborted();
      const members: string[] = [];
      for await (const some of host.listTeamMembers(team))
        members.push(...some.map(({ login }) => login.toLowerCase()));
      teams.push({ team, members: members.sort() });
    }
  const members = new Map<string, HostMember>();
  for await (const page of host.listMembers())
    for (const member of page) members.set(member.login.toLowerCase(), member);
  const organizations = new Set(teams.map(({ team }) => team.organization.toLowerCase()));
  return { teams, members: [...members.values()], organizations: [...organizations] };
}

async function peopleLocation(ctx: Ctx, host: SourceHost): Promise<string> {
  // One of the same name on the same host is another token of the same people: each connection has a location of its own.
  const target = `${host.webUrl}#people-${host.connectionId}`;
  const [row] = await ctx.db.execute<{ id: string }>(sql`
    insert into locations as l (type, target, connection_id, defines_people, created_at, created_by)
    values ('people', ${target}, ${host.connectionId}, false, ${ctx.now().toISOString()}::timestamptz,
      ${actorLabel(ctx.actor).name})
    on conflict (target) do update set state = 'waiting', failure = null where l.state <> 'running'
    returning id`);
  if (row) return row.id;
  const [running] = await ctx.db.execute<{ id: string }>(
    sql`select id from locations where target = ${target}`,
  );
  if (!running) throw new Error("The location of people was neither made nor found");
  return running.id;
}

/** Whom other sources know: those keep their entries. */
async function readKnown(ctx: Ctx, locationId: string): Promise<KnownPeople> {
  const rows = await ctx.db.execute<{ ref: string; kind: string; at: string | null }>(sql`
    select e.ref, e.kind_key as kind, f.value as at from entities e
    join locations l on l.id = e.location_id and l.type <> 'people'
    left join entity_fields f on f.entity_id = e.id and f.key in (
      'metadata.annotations.github.com/team-slug', 'metadata.annotations.github.com/user-login',
      'metadata.annotations.gitlab.com/team-path', 'metadata.annotations.gitlab.com/user-login')
    where e.kind_key in ('group', 'user') and e.location_id <> ${locationId} and e.file_gone_at is null
    order by e.ref`);
  const own = await ctx.db.execute<{ ref: string; number: string }>(sql`
    select e.ref, f.value as number from entities e join entity_fields f on f.entity_id = e.id
      and f.key in ('metadata.annotations.github.com/user-id', 'metadata.annotations.gitlab.com/user-id')
    where e.kind_key = 'user' and e.location_id = ${locationId} and f.value is not null order by e.ref`);
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  const byAnnotation = (kind: string) =>
    new Map(of(kind).flatMap(({ at, ref }) => (at ? [[at.toLowerCase(), ref] as const] : [])));
  return {
    refs: new Set(rows.map(({ ref }) => ref)),
    groupOfTeam: byAnnotation("group"),
    userOfLogin: byAnnotation("user"),
    // One whose file names another login is somebody else who happens to have this name.
    usersWithLogin: new Set(of("user").flatMap(({ at, ref }) => (at ? [ref] : []))),
    ownUserOfNumber: new Map(own.map(({ ref, number }) => [number, ref])),
  };
}
