import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { requestContext } from "#server/auth/page-context.ts";
import { findDomainError, httpStatus } from "#server/core/errors.ts";
import { appRouter } from "#server/trpc/router.ts";
import { judgeRequest } from "#server/web/body.ts";

/** As many as the pages' own client sends at once. */
const maxBatchSize = 20;

async function answer(request: Request): Promise<Response> {
  try {
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: await judgeRequest(request),
      router: appRouter,
      createContext: requestContext,
      maxBatchSize,
    });
  } catch (error) {
    const told = findDomainError(error);
    if (!told) throw error;
    return Response.json(
      { error: { code: told.code, message: told.message } },
      { status: httpStatus[told.code] },
    );
  }
}

export { answer as GET, answer as POST };
