import type { z } from "zod";

type Search = Record<string, string | string[] | undefined>;

/**
 * Reads the search part of an address with a domain's own schema. Whatever does not fit is left out, one key at a time,
 * so that a stale or mistyped link still opens the page.
 */
export function readSearch<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, search: Search) {
  const kept = Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ""),
  );
  const first = schema.safeParse(kept);
  if (first.success) return first.data;
  for (const issue of first.error.issues) delete kept[String(issue.path[0])];
  return schema.parse(kept);
}
