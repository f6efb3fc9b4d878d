import { formatRef } from "#server/catalog/entity-ref.ts";
import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { ImageInput } from "#server/docs/inputs.ts";
import { getImage } from "#server/docs/reads/image.ts";
import type { HttpAnswer, HttpRequest, HttpRoute } from "./route.ts";

/**
 * An image of a repository comes from our own origin: opened as a page of its own it may run nothing and be nobody, and the
 * browser believes no other type than the one that is said.
 */
async function image(ctx: Ctx, { params, url, headers }: HttpRequest): Promise<HttpAnswer> {
  const { kind = "", namespace = "", name = "" } = params;
  const input = ImageInput.safeParse({
    ref: formatRef({ kind, namespace, name }),
    path: url.searchParams.get("path"),
  });
  if (!input.success) throw invalid("path: the path of the image in its repository", "path");
  const { hash, mediaType, bytes } = await getImage(ctx, input.data);
  const etag = `"${hash}"`;
  const shared = {
    etag,
    // Asked for each time, since whoever may read the repository may change.
    "cache-control": "private, no-cache",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  };
  if (headers.get("if-none-match") === etag) return { status: 304, headers: shared, body: null };
  return {
    status: 200,
    headers: { ...shared, "content-type": mediaType, "content-disposition": "inline" },
    body: bytes,
  };
}

export const docsRoutes: readonly HttpRoute[] = [
  { method: "GET", path: "/api/v1/docs/:kind/:namespace/:name/image", access: "signed in", handle: image },
];
