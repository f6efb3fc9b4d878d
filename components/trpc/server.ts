import "server-only";
import type { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { requestContext } from "#server/auth/page-context.ts";
import { appRouter } from "#server/trpc/router.ts";
import { makeQueryClient } from "./query-client.ts";

/**
 * The request's query client: prefetch into it, `Hydrate` hands it to the browser. A page that fetches for somebody whose
 * session has ended leads to sign-in: in the browser the error of a page has lost its code.
 */
export const getQueryClient = cache((): QueryClient => {
  const client = makeQueryClient();
  const fetchQuery = client.fetchQuery.bind(client);
  client.fetchQuery = (async (options: Parameters<typeof fetchQuery>[0]) => {
    try {
      return await fetchQuery(options);
    } catch (error) {
      if ((error as { code?: unknown }).code === "UNAUTHORIZED") redirect(await signInAddress());
      throw error;
    }
  }) as typeof client.fetchQuery;
  return client;
});

/** Sign-in, and back here afterwards. */
export async function signInAddress(): Promise<string> {
  const path = (await headers()).get("x-milepost-path");
  return path && path !== "/" ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in";
}

/** Query options for pages: the same names as in the browser, run in this process without a request. */
export const trpc = createTRPCOptionsProxy({
  ctx: requestContext,
  router: appRouter,
  queryClient: getQueryClient,
});
