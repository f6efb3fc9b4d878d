import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { mayReadRepository } from "../reads/readable-sources.ts";
import type { FileRepository } from "./new-file-url.ts";

/**
 * The connected repository that an entry names by its annotations, and the folder in it: by the address of its source, else
 * by the project's name where one repository alone has it. Null where there is none that the actor may read.
 */
export async function findEntryRepository(
  ctx: Ctx,
  ref: string,
): Promise<(FileRepository & { path: string }) | null> {
  const annotation = (name: string) => sql`(select coalesce(f.original, f.value) from entity_fields f
    join entities e on e.id = f.entity_id where e.ref = ${ref} and f.key = ${`metadata.annotations.${name}`} limit 1)`;
  const liesThere = sql`starts_with(lower(said.location) || '/', 'url:' || lower(r.url) || '/')`;
  const rows = await ctx.db.execute<FileRepository & { location: string | null; isAt: boolean }>(sql`
    with said as (select ${annotation("backstage.io/source-location")} as location,
      lower(${annotation("github.com/project-slug")}) as github, lower(${annotation("gitlab.com/project-slug")}) as gitlab)
    select r.full_name as "fullName", r.url, r.default_branch as "defaultBranch", c.kind, said.location,
      coalesce(${liesThere}, false) as "isAt"
    from said cross join source_repositories r join connections c on c.id = r.connection_id
    where (${liesThere} or (c.kind = 'github' and r.slug = said.github) or (c.kind = 'gitlab' and r.slug = said.gitlab))
      and r.gone_at is null and not r.is_archived and ${mayReadRepository(ctx.actor, sql`r.id`)}
    order by "isAt" desc, length(r.url) desc, r.id limit 2`);
  const [first, second] = rows;
  if (!first || (!first.isAt && second)) return null;
  const { fullName, url, defaultBranch, kind, location, isAt } = first;
  const repository = { fullName, url, defaultBranch, kind };
  return { ...repository, path: isAt && location ? folderOf(location, repository) : "" };
}

/** The folder that `url:https://host/owner/name/tree/main/services/cart/` is of; "" for the repository and what is not plain. */
function folderOf(location: string, { url, defaultBranch }: FileRepository): string {
  const rest = location.slice("url:".length + url.length).replace(/^\/-/, "");
  const start = `/tree/${defaultBranch}/`;
  const folder = rest.startsWith(start) ? rest.slice(start.length).replace(/\/+$/, "") : "";
  return folder.split("/").every((part) => part !== "." && part !== "..") && !/[?#]/.test(folder)
    ? folder
    : "";
}
