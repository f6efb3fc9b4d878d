"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { createContext, type ReactNode, use, useMemo, useOptimistic, useTransition } from "react";
import type { ListParams } from "./list-address.ts";

type ListState = {
  /** As the address will be: a pressed filter shows at once, also while its rows are on their way. */
  params: ListParams;
  isPending: boolean;
  hrefOf: (params: ListParams) => string;
  /** `isStep: false` replaces the address, for what changes letter by letter. */
  go: (params: ListParams, options?: { isStep?: boolean }) => void;
};

const Context = createContext<ListState | null>(null);

/** Keeps filter, sort and page of a list in the address; old rows stay while new ones are fetched. */
export function ListStateProvider({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const current = useSearchParams();
  const [isPending, startTransition] = useTransition();
  const [text, setText] = useOptimistic(current.toString());
  const state = useMemo<ListState>(() => {
    const hrefOf = (params: ListParams) => (params.size > 0 ? `${pathname}?${params}` : pathname);
    return {
      params: new URLSearchParams(text),
      isPending,
      hrefOf,
      go: (params, { isStep = true } = {}) =>
        startTransition(() => {
          setText(params.toString());
          router[isStep ? "push" : "replace"](hrefOf(params), { scroll: false });
        }),
    };
  }, [text, isPending, pathname, router, setText]);
  return <Context value={state}>{children}</Context>;
}

export function useListState(): ListState {
  const state = use(Context);
  if (!state) throw new Error("useListState outside of ListStateProvider");
  return state;
}
