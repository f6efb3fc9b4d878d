"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "#components/trpc/provider.tsx";
import { say } from "#components/ui/toast.tsx";

/** A service that is being worked out at that moment has its figures a little later. */
const laterMs = 2_500;

/** After a decision: says so, and reads everything anew that rests on it, once more when the figures have followed. */
export function useDecided(): (words: string) => Promise<void> {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async (words) => {
    say(words);
    const refresh = async () => {
      await queryClient.invalidateQueries(trpc.delivery.pathFilter());
      router.refresh();
    };
    setTimeout(() => void refresh(), laterMs);
    await refresh();
  };
}
