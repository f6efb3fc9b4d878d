import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { RepositoryRow } from "../repository-row.ts";

/** A name as the catalogue takes it, made of one as a host takes it: letters and digits with - _ . between, at most 63. */
export function entityName(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "")
    .slice(0, 63)
    .replace(/[._-]+$/, "");
  return name.toLowerCase() || "unnamed";
}

/** Names that no Component and no other proposal has: those that are taken get their repository's before them. */
export async function uniqueNames(
  tx: Ctx,
  row: Pick<RepositoryRow, "id" | "fullName">,
  drafts: readonly { path: string; name: string }[],
): Promise<string[]> {
  const [owner = "", ...rest] = row.fullName.split("/");
  const repository = rest.join("-");
  const choices = drafts.map(({ name }) => [
    name,
    entityName(`${repository}-${name}`),
    entityName(`${owner}-${repository}-${name}`),
  ]);
  const taken = await tx.db.execute<{ name: string }>(sql`
    select name_key as name from entities where kind_key = 'component' and namespace_key = 'default'
      and name_key in (select json_array_elements_text(${JSON.stringify(choices.flat())}::json))
    union
    select name from proposals where repository_id <> ${row.id}
      and name in (select json_array_elements_text(${JSON.stringify(choices.flat())}::json))`);
  const used = new Set(taken.map(({ name }) => name));
  return choices.map((names, index) => {
    const free = names.find((name) => !used.has(name)) ?? `${names[0]?.slice(0, 55)}-${index + 1}`;
    used.add(free);
    return free;
  });
}
