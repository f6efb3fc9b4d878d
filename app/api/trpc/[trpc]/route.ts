import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { requestContext } from "#server/auth/page-context.ts";
import { appRouter } from "#server/trpc/router.ts";

const answer = (request: Request) =>
  fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: requestContext,
  });

export { answer as GET, answer as POST };
