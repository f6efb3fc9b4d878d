import type { ImportedState } from "#server/delivery/back-fill/model.ts";

const path = "/admin/connections/imports";

/** The page that tells how the import of a connection's past goes. */
export function importHref(
  connectionId: string | null,
  shown: { state?: ImportedState | undefined; cursor?: string | undefined } = {},
): string {
  const search = new URLSearchParams();
  if (connectionId) search.set("connection", connectionId);
  if (shown.state) search.set("state", shown.state);
  if (shown.cursor) search.set("cursor", shown.cursor);
  return search.size > 0 ? `${path}?${search}` : path;
}
