import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { EntityRefInput } from "../inputs.ts";
import { contentsRefusal, visibleTo } from "../policy.ts";
import { knownRef, noSuchEntry } from "./links.ts";
import { mayReadSource } from "./readable-sources.ts";
import { relationsText } from "./relations.ts";

type Body = { head: string; relations: string; yaml: string; mayRead: boolean };

async function readBody(ctx: Ctx, input: EntityRefInput): Promise<Body> {
  const ref = knownRef(input.ref);
  const [body] = await ctx.db.execute<Body>(sql`
    select b.head, ${relationsText(ctx.actor)} as relations, b.yaml, ${mayReadSource(ctx.actor)} as "mayRead"
    from entities e join entity_bodies b on b.entity_id = e.id join locations l on l.id = e.location_id
    where e.ref = ${ref} and ${visibleTo(ctx.actor)}`);
  if (!body) throw noSuchEntry(ref);
  ensure(body.mayRead ? null : contentsRefusal());
  return body;
}

/** The document of an entry: as it stands in its file, and as the API returns it. */
export async function readRaw(ctx: Ctx, input: EntityRefInput): Promise<{ yaml: string; json: string }> {
  const { head, relations, yaml } = await readBody(ctx, input);
  return { yaml, json: JSON.stringify(JSON.parse(`${head},"relations":${relations}}`), null, 2) };
}

/** The definition of an API, such as its OpenAPI document; null where it has none or it could not be read. */
export async function readDefinition(
  ctx: Ctx,
  input: EntityRefInput,
): Promise<{ type: string | null; text: string | null }> {
  const { head } = await readBody(ctx, input);
  const { spec } = JSON.parse(`${head}}`) as { spec?: { type?: unknown; definition?: unknown } };
  return {
    type: typeof spec?.type === "string" ? spec.type : null,
    text: typeof spec?.definition === "string" ? spec.definition : null,
  };
}
