import { z } from "zod";
import type { DomainError } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { Outside, OutsideAnswer } from "#server/core/outside.ts";
import { readJson } from "../source-api/read-json.ts";

/** An entry as the list names it, without its contents; `etag` changes with anything in it. */
export type ListedEntity = { kind: string; namespace: string; name: string; etag: string | null };
export type ListedPage = { items: ListedEntity[]; total: number; next: string | null };

/** Reads the catalogue of a running Backstage by its REST API. */
export type CatalogReader = {
  /** One page of all entries; `cursor` is that of the page before. */
  list: (cursor: string | null) => Promise<ListedPage>;
  /** The whole entries under these references, in that order; null for each that is gone. */
  byRefs: (refs: readonly string[]) => Promise<(Record<string, unknown> | null)[]>;
};

export type BackstageAddress = { address: string; token: string | null };

const pageSize = 500;
const fields = "kind,metadata.namespace,metadata.name,metadata.etag";
const limits = { maxBytes: 200_000_000, timeoutMs: 120_000 };

const Page = z.object({
  items: z.array(
    z.object({
      kind: z.string().max(200),
      metadata: z.object({
        name: z.string().max(300),
        namespace: z.string().max(300).optional(),
        etag: z.string().max(200).optional(),
      }),
    }),
  ),
  totalItems: z.number().optional(),
  pageInfo: z.object({ nextCursor: z.string().max(100_000).optional() }).optional(),
});
const Batch = z.object({ items: z.array(z.record(z.string(), z.unknown()).nullable()) });

/** Each call throws a DomainError with a sentence that names the host. The token goes to the address's host alone. */
export function makeCatalogReader(
  outside: Outside,
  { address, token }: BackstageAddress,
  signal?: AbortSignal,
): CatalogReader {
  const base = `${address.replace(/\/+$/, "")}/api/catalog`;
  const { host } = new URL(address);
  const headers = {
    accept: "application/json",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const judge = (answer: OutsideAnswer): unknown => {
    if (answer.status === 200) return readJson(answer.body, answer.headers, host);
    throw refusalOf(answer.status, host, token !== null);
  };
  return {
    list: async (cursor) => {
      const params = new URLSearchParams({ fields, limit: String(pageSize) });
      if (cursor) params.set("cursor", cursor);
      const url = `${base}/entities/by-query?${params}`;
      const answer = await outside.send({ ...limits, signal, url, method: "GET", headers });
      const page = Page.safeParse(judge(answer));
      if (!page.success) throw notBackstage(host);
      const { items, totalItems, pageInfo } = page.data;
      return {
        items: items.map(({ kind, metadata }) => ({
          kind,
          namespace: metadata.namespace ?? "default",
          name: metadata.name,
          etag: metadata.etag ?? null,
        })),
        total: totalItems ?? items.length,
        next: pageInfo?.nextCursor ?? null,
      };
    },
    byRefs: async (refs) => {
      const url = `${base}/entities/by-refs`;
      const body = Buffer.from(JSON.stringify({ entityRefs: refs }));
      const sent = { ...headers, "content-type": "application/json" };
      const answer = await outside.send({ ...limits, signal, url, method: "POST", headers: sent, body });
      const batch = Batch.safeParse(judge(answer));
      if (!batch.success || batch.data.items.length !== refs.length) throw notBackstage(host);
      return batch.data.items;
    },
  };
}

const notBackstage = (host: string) =>
  unavailable(`${host} did not answer as Backstage's catalog does: is the address that of its backend?`);

function refusalOf(status: number, host: string, hasToken: boolean): DomainError {
  if (status === 401)
    return unavailable(
      hasToken
        ? `${host} does not accept the token: make one under backend.auth.externalAccess there`
        : `${host} asks for a token and none is given: make one under backend.auth.externalAccess there`,
    );
  if (status === 403)
    return unavailable(`${host} does not let the token read its catalog: it needs catalog.entity.read`);
  if (status === 404)
    return unavailable(
      `${host} has no catalog at this address: give the address of the backend, release 1.28 or newer`,
    );
  if (status === 429) return unavailable(`${host} asks to be asked less often: the next reading tries again`);
  return unavailable(`${host} answered ${status}`);
}
