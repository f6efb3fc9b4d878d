import "server-only";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { cache } from "react";
import { requestContext } from "#server/auth/page-context.ts";
import { appRouter } from "#server/trpc/router.ts";
import { makeQueryClient } from "./query-client.ts";

/** The request's query client: prefetch into it, `Hydrate` hands it to the browser. */
export const getQueryClient = cache(makeQueryClient);

/** Query options for pages: the same names as in the browser, run in this process without a request. */
export const trpc = createTRPCOptionsProxy({
  ctx: requestContext,
  router: appRouter,
  queryClient: getQueryClient,
});
