import type { Ctx } from "#server/core/context.ts";
import { invalid } from "#server/core/errors.ts";
import { Search } from "#server/search/inputs.ts";
import { type SearchHit, withoutMarks } from "#server/search/model.ts";
import { search } from "#server/search/reads/search.ts";
import { type HttpRoute, json } from "./route.ts";

/** The search for scripts, in our form and in that of Backstage's `@backstage/plugin-search`. */
export const searchRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/search",
    access: "signed in",
    handle: async (ctx, { url }) => {
      const { searchParams: given } = url;
      const answer = await find(ctx, {
        query: given.get("q") ?? "",
        in: given.get("in") ?? undefined,
        kind: given.getAll("kind"),
        limit: given.get("limit") ?? undefined,
        offset: given.get("offset") ?? undefined,
      });
      const { hits, ...rest } = answer;
      return json(200, { items: hits.map(itemOf), ...rest });
    },
  },
  {
    method: "GET",
    path: "/api/search/query",
    access: "signed in",
    errorStyle: "backstage",
    handle: async (ctx, { url }) => {
      const { searchParams: given } = url;
      const offset = offsetOf(given.get("pageCursor"));
      const answer = await find(ctx, {
        query: given.get("term") ?? "",
        kind: [...given.getAll("filters[kind]"), ...given.getAll("filters[kind][]"), ...kindsOfTypes(given)],
        limit: given.get("pageLimit") ?? undefined,
        offset,
      });
      const { nextOffset } = answer;
      return json(200, {
        results: answer.hits.map((hit, index) => ({ ...resultOf(hit), rank: offset + index + 1 })),
        ...(nextOffset === null ? {} : { nextPageCursor: cursorOf(nextOffset) }),
        ...(offset === 0
          ? {}
          : { previousPageCursor: cursorOf(Math.max(0, offset - (answer.hits.length || 25))) }),
        numberOfResults: answer.total,
      });
    },
  },
];

async function find(ctx: Ctx, given: Record<string, unknown>) {
  const asked = Search.safeParse(given);
  if (asked.success) return search(ctx, asked.data);
  const issue = asked.error.issues[0];
  const name = String(issue?.path[0] ?? "q");
  throw invalid(`${name}: ${issue?.message}`, name);
}

/** `types[0]=techdocs` asks for documentation alone. */
function kindsOfTypes(given: URLSearchParams): string[] {
  const types = [...given].flatMap(([name, value]) => (/^types(\[\d*\])?$/.test(name) ? [value] : []));
  return types.length > 0 && types.every((type) => type === "techdocs") ? ["docs"] : [];
}

const cursorOf = (offset: number) => Buffer.from(String(offset)).toString("base64");

function offsetOf(cursor: string | null): number {
  if (cursor === null) return 0;
  const offset = Number(Buffer.from(cursor, "base64").toString("utf8"));
  if (!Number.isSafeInteger(offset) || offset < 0) throw invalid("pageCursor: is none of ours", "pageCursor");
  return offset;
}

function itemOf(hit: SearchHit) {
  return { ...hit, snippet: hit.snippet === null ? null : withoutMarks(hit.snippet) };
}

const partsOf = (ref: string) => /^([^:]+):([^/]+)\/(.+)$/.exec(ref)?.slice(1) ?? ["", "", ref];

/** As Backstage's collators make documents of entities and of TechDocs. */
function resultOf(hit: SearchHit) {
  const [kind = "", namespace = "", name = ""] = partsOf(hit.ref);
  const address = [kind, namespace, name].map(encodeURIComponent).join("/");
  const shared = { kind, namespace, name, authorization: { resourceRef: hit.ref } };
  if (hit.group === "docs") {
    const place = [
      `/catalog/${address}/docs`,
      ...hit.path.split("/").filter(Boolean).map(encodeURIComponent),
    ].join("/");
    const location = hit.anchor ? `${place}#${encodeURIComponent(hit.anchor)}` : place;
    const text = withoutMarks(hit.snippet);
    return { type: "techdocs", document: { ...shared, title: hit.page, text, location, path: hit.path } };
  }
  return {
    type: "software-catalog",
    document: {
      ...shared,
      title: hit.title ?? hit.name,
      text: withoutMarks(hit.snippet ?? ""),
      location: `/catalog/${address}`,
      componentType: hit.type ?? "other",
      type: hit.type ?? "other",
      owner: hit.owner?.ref ?? "",
    },
  };
}
