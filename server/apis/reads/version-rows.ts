import { type SQL, sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { mayReadSource } from "#server/catalog/reads/readable-sources.ts";
import { isVisible } from "#server/catalog/visible-entities.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure, notFound } from "#server/core/errors.ts";
import { definitionRefusal } from "../policy.ts";

export type KnownApi = { ref: string; locationId: string; hasDefinition: boolean; mayRead: boolean };

/** The API as far as the actor may see its entry; whether they may read its definition is a matter of its own. Throws not found. */
export async function knownApi(ctx: Ctx, text: string): Promise<KnownApi> {
  const ref = normaliseRef(text, { kind: "api", namespace: "default" });
  const [row] = ref
    ? await ctx.db.execute<KnownApi>(sql`
        select e.ref, e.location_id as "locationId", ${mayReadSource(ctx.actor)} as "mayRead",
          b.head ~ '"definition":"[^"]' as "hasDefinition"
        from entities e join locations l on l.id = e.location_id join entity_bodies b on b.entity_id = e.id
        where e.ref = ${ref} and ${isVisible(ctx.actor)}`)
    : [];
  if (!row) throw notFound(`The catalog has no entry ${(ref ?? text).slice(0, 200)}`);
  return row;
}

/** The same for whoever may read the definition; throws forbidden for others. */
export async function readableApi(ctx: Ctx, text: string): Promise<KnownApi> {
  const api = await knownApi(ctx, text);
  ensure(api.mayRead ? null : definitionRefusal());
  return api;
}

/** Versions of this API as a condition on `api_versions v`. */
export const versionsOf = ({ ref, locationId }: KnownApi): SQL =>
  sql`v.entity_ref = ${ref} and v.location_id = ${locationId}`;

export const noSuchVersion = (number: number) =>
  notFound(`There is no version ${number} of this definition (only the newest are kept)`);
