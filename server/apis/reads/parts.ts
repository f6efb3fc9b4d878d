import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { ApiPart } from "../inputs.ts";
import { apiLimits, type Operation, type Schema } from "../model.ts";
import { type KnownApi, readableApi, versionsOf } from "./version-rows.ts";

/** One operation with the schemas that it needs, as far as they are few; `missing` names those that are fetched when opened. */
export async function readOperation(
  ctx: Ctx,
  { ref, number, name }: ApiPart,
): Promise<{ operation: Operation; schemas: Record<string, Schema> }> {
  const api = await readableApi(ctx, ref);
  const [row] = await ctx.db.execute<{ operation: Operation | null }>(sql`
    select v.operations -> ${name}::text as operation from api_versions v
    where ${versionsOf(api)} and v.number = ${number}`);
  if (!row?.operation) throw notFound("This version of the definition has no such operation");
  return { operation: row.operation, schemas: await readSchemas(ctx, api, number, namesIn(row.operation)) };
}

/** One named schema with those that it needs. */
export async function readNamedSchema(
  ctx: Ctx,
  { ref, number, name }: ApiPart,
): Promise<{ schemas: Record<string, Schema> }> {
  const api = await readableApi(ctx, ref);
  const schemas = await readSchemas(ctx, api, number, new Set([name]));
  if (!Object.hasOwn(schemas, name)) throw notFound("This version of the definition has no such type");
  return { schemas };
}

/** Breadth first, so that what is left out lies deepest. */
async function readSchemas(
  ctx: Ctx,
  api: KnownApi,
  number: number,
  names: ReadonlySet<string>,
): Promise<Record<string, Schema>> {
  const found = new Map<string, Schema>();
  let wanted = [...names];
  while (wanted.length > 0 && found.size < apiLimits.schemasWithOperation) {
    const asked = wanted.slice(0, apiLimits.schemasWithOperation - found.size);
    const rows = await ctx.db.execute<{ name: string; schema: Schema | null }>(sql`
      select n.name, v.schemas -> n.name as schema
      from api_versions v, json_array_elements_text(${JSON.stringify(asked)}::json) as n(name)
      where ${versionsOf(api)} and v.number = ${number}`);
    for (const { name, schema } of rows) if (schema) found.set(name, schema);
    const next = new Set(rows.flatMap(({ schema }) => (schema ? [...namesIn(schema)] : [])));
    wanted = [...next].filter((name) => !found.has(name));
  }
  return Object.fromEntries(found);
}

/** Every `ref` in a part of a definition, whatever the part is. */
function namesIn(value: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) namesIn(item, names);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value))
      if (key === "ref" && typeof inner === "string") names.add(inner);
      else namesIn(inner, names);
  return names;
}
