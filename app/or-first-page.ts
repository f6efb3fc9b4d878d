import "server-only";
import { redirect } from "next/navigation";
import { toParams } from "#components/layout/list-address.ts";

type Search = Record<string, string | string[] | undefined>;

/**
 * Reads ahead what a page lists. Where its address has a cursor that no longer holds, the browser is sent to the first
 * page of the same list; any other failure is asked again by the browser, where it can be shown.
 */
export async function orFirstPage(path: string, search: Search, read: () => Promise<unknown>): Promise<void> {
  const failed = await read().then(
    () => null,
    (error: { code?: string }) => error,
  );
  if (failed?.code !== "BAD_REQUEST" || search.cursor === undefined) return;
  const params = toParams({ ...search, cursor: undefined });
  redirect(params.size > 0 ? `${path}?${params}` : path);
}
