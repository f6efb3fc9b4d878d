import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { flagNames } from "#server/catalog/model.ts";
import { allOf, flagCondition } from "#server/catalog/reads/filter-entities.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Actor } from "#server/core/actor.ts";
import type { SearchFilters } from "../understand-query.ts";

/** As people say kinds; `docs` is none of the catalogue's, but what the pages of documentation are asked for by. */
const kindsSaid: Readonly<Record<string, readonly string[]>> = {
  documentation: ["docs"],
  doc: ["docs"],
  people: ["user"],
  person: ["user"],
  team: ["group"],
};

export function kindsOf(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    const said = value.toLowerCase();
    const one = said.replace(/s$/, "");
    return [...(kindsSaid[said] ?? kindsSaid[one] ?? (said === "docs" ? ["docs"] : [said, one]))];
  });
}

const lower = (values: readonly string[]) => sql.param(values.map((value) => value.toLowerCase()));

/** Whom the actor acts for: themselves and their teams. */
export const ownRefs = (actor: Actor): string[] =>
  actor.kind === "user" ? [...actor.groupRefs, ...(actor.personRef ? [actor.personRef] : [])] : [];

/** Whether the entry is theirs: owned by them, or one of their teams or themselves. */
export function isMine(actor: Actor): SQL {
  const refs = ownRefs(actor);
  if (refs.length === 0) return sql`false`;
  const own = sql.param(refs);
  return sql`coalesce(e.owner_ref = any(${own}::text[]) or e.ref = any(${own}::text[]), false)`;
}

/** `payments`, `group:payments` and `me` all name an owner. */
function ownerCondition(actor: Actor, column: SQL, values: readonly string[]): SQL {
  const isMe = values.some((value) => ["me", "mine"].includes(value.toLowerCase()));
  const refs = values.flatMap((value) => (value.includes(":") ? (normaliseRef(value) ?? []) : []));
  const names = values.filter((value) => !value.includes(":"));
  return sql`(${column} = any(${sql.param([...refs, ...(isMe ? ownRefs(actor) : [])])}::text[])
    or ${column} in (select o.ref from entities o where o.name_key = any(${lower(names)}::text[]) and ${isVisible(actor, sql`o`)}))`;
}

function stateCondition(actor: Actor, values: readonly string[]): SQL {
  return allOf(
    values.map((value) => {
      const state = value.toLowerCase();
      const flag = flagNames.find((name) => name === state);
      if (flag) return flagCondition(actor, flag);
      if (state === "mine") return isMine(actor);
      if (state === "stale" || state === "fading" || state === "fresh")
        return sql`exists (select 1 from entity_trust st where st.ref = e.ref and st.state = ${state})`;
      return sql`false`;
    }),
  );
}

/** The typed filters but for the kind, as conditions on `entities e`; null where there is none. */
export function narrowed(actor: Actor, filters: SearchFilters): SQL | null {
  const conditions: SQL[] = [];
  if (filters.type.length > 0) conditions.push(sql`e.type_key = any(${lower(filters.type)}::text[])`);
  if (filters.lifecycle.length > 0)
    conditions.push(sql`e.lifecycle_key = any(${lower(filters.lifecycle)}::text[])`);
  if (filters.tag.length > 0) conditions.push(sql`e.tags && ${sql.param(filters.tag)}::text[]`);
  if (filters.owner.length > 0) conditions.push(ownerCondition(actor, sql`e.owner_ref`, filters.owner));
  if (filters.system.length > 0) conditions.push(ownerCondition(actor, sql`e.system_ref`, filters.system));
  if (filters.is.length > 0) conditions.push(stateCondition(actor, filters.is));
  return conditions.length > 0 ? sql`(${allOf(conditions)})` : null;
}

export const groupOfKind: SQL = sql`case when e.kind_key in ('user', 'group') then 'people'
  when e.kind_key = 'template' then 'templates' else 'entries' end`;
