import { z } from "zod";
import { fillPlaceholders } from "#server/catalog/placeholders.ts";
import { refreshEntity } from "#server/catalog/refresh-entity.ts";
import { validateEntity } from "#server/catalog/validate-entity.ts";
import type { Ctx } from "#server/core/context.ts";
import { parsed } from "./catalog-request.ts";
import { type HttpAnswer, type HttpRequest, json } from "./route.ts";

const RefreshBody = z.object({ entityRef: z.string().min(1).max(1000) });

export async function refresh(ctx: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const { entityRef } = parsed(RefreshBody, await request.readJson());
  await refreshEntity(ctx, { ref: entityRef });
  return { status: 200, body: null };
}

const ValidateBody = z.object({
  entity: z.record(z.string(), z.unknown()),
  location: z.string().max(2000),
});

const refused = (errors: { name: string; message: string }[]): HttpAnswer => json(400, { errors });

/**
 * The verdict that Backstage's validators would give: 200 without a body, or 400 with errors. Nothing is read: a
 * placeholder counts as the text that it stands for.
 */
export async function validate(_: Ctx, request: HttpRequest): Promise<HttpAnswer> {
  const body = ValidateBody.safeParse(await request.readJson(2_000_000));
  if (!body.success) {
    const [issue] = body.error.issues;
    const message = `${issue?.path.map(String).join(".") || "The request"}: ${issue?.message}`;
    return refused([{ name: "InputError", message }]);
  }
  const { entity, location } = body.data;
  if (!/^url:.+/.test(location))
    return refused([
      {
        name: "TypeError",
        message: `Invalid location ref ${location}, only 'url:<target>' is supported, e.g. url:https://host/path`,
      },
    ]);
  const { judged } = await fillPlaceholders(entity, async (target) => `the text of ${target}`);
  const { verdict, errors } = validateEntity(judged);
  if (verdict === "valid") return { status: 200, body: null };
  return refused(errors.map(({ message }) => ({ name: "InputError", message })));
}
