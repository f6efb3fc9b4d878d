import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { Directory } from "./guess-owner.ts";

/**
 * Who of the catalogue a team or a login is: by the annotations `github.com/team-slug` and `github.com/user-login`
 * (GitLab's likewise), else by name. Names of teams stand under `*` + slug.
 */
export async function readDirectory(ctx: Ctx): Promise<Directory> {
  const rows = await ctx.db.execute<{ ref: string; kind: string; name: string; at: string | null }>(sql`
    select e.ref, e.kind_key as kind, e.name_key as name, f.value as at
    from entities e left join entity_fields f on f.entity_id = e.id and f.key in (
      'metadata.annotations.github.com/team-slug', 'metadata.annotations.github.com/user-login',
      'metadata.annotations.gitlab.com/team-path', 'metadata.annotations.gitlab.com/user-login')
    where e.kind_key in ('group', 'user') and e.file_gone_at is null`);
  const memberships = await ctx.db.execute<{ member: string; groupRef: string }>(sql`
    select distinct r.source_ref as member, r.target_ref as "groupRef" from entity_relations r
    join entities g on g.ref = r.target_ref and g.kind_key = 'group'
    where r.type = 'memberOf' order by 1, 2`);
  const groupOfTeam = new Map<string, string>();
  const userOfLogin = new Map<string, string>();
  for (const isByName of [true, false])
    for (const { ref, kind, name, at } of rows) {
      if (isByName && ref.includes(":default/"))
        (kind === "group" ? groupOfTeam : userOfLogin).set(kind === "group" ? `*/${name}` : name, ref);
      // An annotation is the plainer word: it comes second and wins.
      if (!isByName && at) (kind === "group" ? groupOfTeam : userOfLogin).set(at, ref);
    }
  const groups = Map.groupBy(memberships, ({ member }) => member);
  const groupsOfLogin = new Map(
    [...userOfLogin].map(([login, ref]) => [login, (groups.get(ref) ?? []).map(({ groupRef }) => groupRef)]),
  );
  return { groupOfTeam, userOfLogin, groupsOfLogin };
}
