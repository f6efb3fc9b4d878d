"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useReason } from "#components/identity/use-reason.ts";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { ButtonTone } from "#components/ui/button-look.ts";

/** Leads to the import, or says who may import. Until that is known it is there and waits. */
export function ImportButton({ tone = "primary" }: { tone?: ButtonTone }) {
  return (
    <QueryBoundary failure={null} fallback={<Waiting tone={tone} />}>
      <Known tone={tone} />
    </QueryBoundary>
  );
}

const Waiting = ({ tone }: { tone: ButtonTone }) => (
  <Button tone={tone} isBusy>
    Import files
  </Button>
);

/** Any page of the sources tells who may import: the shortest. */
function Known({ tone }: { tone: ButtonTone }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.catalog.locations.queryOptions({ limit: 1 }));
  const reason = useReason(data.may.register);
  if (reason) {
    return (
      <Button tone={tone} disabledReason={reason}>
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
