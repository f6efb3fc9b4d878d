import { invalid } from "#server/core/errors.ts";
import { AskWhose } from "#server/whose/inputs.ts";
import { readWhose } from "#server/whose/read-whose.ts";
import { type HttpRoute, json } from "./route.ts";

/** "Whose is this?" for scripts: `GET /api/v1/whose?text=…`. */
export const whoseRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/whose",
    access: "signed in",
    handle: async (ctx, { url }) => {
      const asked = AskWhose.safeParse({ text: url.searchParams.get("text") ?? "" });
      if (!asked.success)
        throw invalid(
          `text: ${asked.error.issues[0]?.message}; ask as /api/v1/whose?text=ledger.example.com`,
          "text",
        );
      return json(200, await readWhose(ctx, asked.data));
    },
  },
];
