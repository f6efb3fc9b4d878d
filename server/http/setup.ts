import { writeSetupCookie } from "#server/auth/setup-session.ts";
import { readEnv } from "#server/core/env.ts";
import { invalid } from "#server/core/errors.ts";
import { OpenSetup } from "#server/installation/inputs.ts";
import { openSetup } from "#server/installation/open-setup.ts";
import { removeSetupToken } from "#server/installation/setup-token-file.ts";
import { type HttpRoute, json } from "./route.ts";

/** Showing the setup token: the one step of the setup that needs a cookie, and so an answer of our own. */
export const setupRoutes: HttpRoute[] = [
  {
    method: "POST",
    path: "/api/setup/open",
    access: "anyone",
    limit: "setupToken",
    handle: async (ctx, request) => {
      const input = OpenSetup.safeParse(await request.readJson(2_000));
      if (!input.success) throw invalid('Send { "token": … } with the setup token', "token");
      const { setupSession, expiresAt } = await openSetup(ctx, input.data);
      await removeSetupToken(readEnv().dataDir);
      return json(200, { expiresAt }, { "set-cookie": writeSetupCookie(setupSession) });
    },
  },
];
