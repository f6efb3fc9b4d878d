"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import type { SearchHit } from "#server/search/model.ts";
import { rememberRecent } from "./recent.ts";

/** Somebody has stopped typing and reads that there is nothing. */
const missAfterMs = 1_500;
const noted = new Set<string>();

/** Tells the portal what was opened. Nobody waits for it, and nothing is said when it fails. */
export function useNotePick(): (hit: Pick<SearchHit, "ref"> & { path?: string }) => void {
  const trpc = useTRPC();
  const { mutate } = useMutation(trpc.search.picked.mutationOptions({ retry: false }));
  return ({ ref, path }) => {
    if (path === undefined) rememberRecent(ref);
    mutate(path === undefined ? { ref } : { ref, path });
  };
}

/** Tells the portal what was looked for in vain, once for each page that stays open. Null: something was found. */
export function useNoteMiss(query: string | null): void {
  const trpc = useTRPC();
  const { mutate } = useMutation(trpc.search.missed.mutationOptions({ retry: false }));
  useEffect(() => {
    if (query === null || query === "" || noted.has(query)) return;
    const timer = setTimeout(() => {
      noted.add(query);
      mutate({ query });
    }, missAfterMs);
    return () => clearTimeout(timer);
  }, [query, mutate]);
}
