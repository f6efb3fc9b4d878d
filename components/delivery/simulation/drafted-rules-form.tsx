"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { RulesForm } from "./rules-form.tsx";

/** The form with rules that were tried before; with the standing ones where that simulation is gone. */
export function DraftedRulesForm({ id }: { id: string }) {
  const trpc = useTRPC();
  const tried = useQuery({ ...trpc.deliverySimulations.one.queryOptions({ id }), retry: false });
  if (tried.isPending) return <SkeletonRows rows={6} label="Loading the rules that were tried" hasHead />;
  return <RulesForm draft={tried.data?.draft} />;
}
