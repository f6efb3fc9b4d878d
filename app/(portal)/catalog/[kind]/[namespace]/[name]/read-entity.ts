import "server-only";
import { notFound } from "next/navigation";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import type { EntityDetail } from "#server/catalog/model.ts";

export type EntityParams = Promise<{ kind: string; namespace: string; name: string }>;

/** The entry that the address names; once a request, however many parts of the page ask. */
export async function readEntity(params: EntityParams): Promise<EntityDetail> {
  const { kind, namespace, name } = await params;
  const ref = `${decode(kind)}:${decode(namespace)}/${decode(name)}`.toLowerCase();
  try {
    return await getQueryClient().fetchQuery(trpc.catalog.byRef.queryOptions({ ref }));
  } catch (error) {
    if ((error as { code?: string }).code === "NOT_FOUND") notFound();
    throw error;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    notFound();
  }
}
