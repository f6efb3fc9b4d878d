import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import type { ImageInput } from "../inputs.ts";
import { findSite } from "./find-site.ts";

export type ImageDetail = { hash: string; mediaType: string; bytes: Buffer };

/** An image that a page shows, under its path in the repository. Throws not found. */
export async function getImage(ctx: Ctx, input: ImageInput): Promise<ImageDetail> {
  const site = await findSite(ctx, input.ref);
  const [row] = site
    ? await ctx.db.execute<ImageDetail>(sql`
        select hash, media_type as "mediaType", bytes from docs_images
        where site_id = ${site.id} and path = ${input.path}`)
    : [];
  if (!row) throw notFound("There is no such image");
  return { ...row, bytes: Buffer.from(row.bytes) };
}
