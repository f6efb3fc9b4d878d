import type { AnyProcedure } from "@trpc/server";
import { appRouter } from "#server/trpc/router.ts";

export type ListedProcedure = { path: string; type: "query" | "mutation" | "subscription"; access: string };

/** Every procedure of the router, as it is at run time: its type shows the nested form, its value is flat. */
export function listProcedures(): ListedProcedure[] {
  const flat = appRouter._def.procedures as unknown as Record<string, AnyProcedure>;
  return Object.entries(flat).map(([path, { _def }]) => {
    const meta = _def.meta as { access?: string } | undefined;
    return { path, type: _def.type, access: String(meta?.access) };
  });
}
