import type { z } from "zod";
import { invalid } from "#server/core/errors.ts";
import { addressKey, takeFromRule } from "#server/core/rate-limit.ts";
import { ReadAround } from "#server/delivery/around/inputs.ts";
import { readAround } from "#server/delivery/around/read-around.ts";
import { drawBadge } from "#server/delivery/badges/draw-badge.ts";
import { readBadge } from "#server/delivery/badges/read-badges.ts";
import { ReadTimeline } from "#server/delivery/timeline/inputs.ts";
import { readTimeline } from "#server/delivery/timeline/read-timeline.ts";
import { AskMatrix, AskWhere } from "#server/delivery/where/inputs.ts";
import { readMatrix } from "#server/delivery/where/read-matrix.ts";
import { getWhere } from "#server/delivery/where/read-where.ts";
import { type HttpAnswer, type HttpRequest, type HttpRoute, json } from "./route.ts";

function parse<Schema extends z.ZodType>(schema: Schema, asked: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".");
  throw invalid(field ? `${field}: ${issue?.message}` : (issue?.message ?? "This cannot be read"), field);
}

const given = ({ url }: HttpRequest): Record<string, string> => Object.fromEntries(url.searchParams);

/** `sha` (seven characters or more) with or without `repository`, or `repository` and `pull`. */
function readAsked(request: HttpRequest): AskWhere {
  const { sha, repository, pull } = given(request);
  if (sha !== undefined && pull !== undefined)
    throw invalid("Ask with sha or with pull, not with both", "pull");
  if (sha !== undefined) return parse(AskWhere.options[0], { sha, ...(repository ? { repository } : {}) });
  if (repository === undefined || pull === undefined)
    throw invalid("Ask with sha=…, or with repository=owner/name and pull=12", "sha");
  return parse(AskWhere.options[1], { repository, pull });
}

function readScope(request: HttpRequest): ReadTimeline {
  const { scope = "organisation", ref, ...rest } = given(request);
  return parse(ReadTimeline, { ...rest, scope: { kind: scope, ...(ref === undefined ? {} : { ref }) } });
}

export const deliveryWhereRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/delivery/where",
    access: "signed in",
    handle: async (ctx, request) => json(200, await getWhere(ctx, readAsked(request))),
  },
  {
    method: "GET",
    path: "/api/v1/delivery/matrix",
    access: "signed in",
    handle: async (ctx, request) => {
      const { ref } = given(request);
      return json(200, await readMatrix(ctx, parse(AskMatrix, { entityRef: ref })));
    },
  },
  {
    method: "GET",
    path: "/api/v1/delivery/around",
    access: "signed in",
    limit: "expensiveRead",
    handle: async (ctx, request) => json(200, await readAround(ctx, parse(ReadAround, given(request)))),
  },
  {
    method: "GET",
    path: "/api/v1/delivery/timeline",
    access: "signed in",
    limit: "expensiveRead",
    handle: async (ctx, request) => json(200, await readTimeline(ctx, readScope(request))),
  },
  {
    method: "GET",
    path: "/badges/:token.svg",
    access: "anyone",
    handle: async (ctx, { params, address }): Promise<HttpAnswer> => {
      // By address also for those who are signed in: the image is the same for everybody.
      await takeFromRule(ctx.db, "badge", addressKey(address));
      const text = await readBadge(ctx, params.token ?? "");
      return {
        status: text ? 200 : 404,
        headers: {
          "content-type": "image/svg+xml; charset=utf-8",
          "cache-control": `public, max-age=${text ? 300 : 60}`,
          // Other sites show it: that is what it is for.
          "cross-origin-resource-policy": "cross-origin",
        },
        body: drawBadge(text ?? { label: "badge", value: "not found" }),
      };
    },
  },
];
