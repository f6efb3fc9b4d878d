"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { ButtonTone } from "#components/ui/button-look.ts";

/** Leads to the import, or says who may import. */
export function ImportButton({ tone = "primary" }: { tone?: ButtonTone }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.catalog.locations.queryOptions());
  const refusal = data?.may.register;
  if (refusal) {
    return (
      <Button tone={tone} disabledReason={refusal}>
        Import files
      </Button>
    );
  }
  return (
    <ButtonLink href="/catalog/import" tone={tone} quickAction="Import files into the catalog">
      Import files
    </ButtonLink>
  );
}
