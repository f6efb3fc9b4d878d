"use client";

import { useQuery } from "@tanstack/react-query";
import { entityHref } from "#components/catalog/entity-href.ts";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";

/** The page on which a service's source of deployments is chosen; to everybody else it says who may choose it. */
export function SourceLink({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.deliverySources.ofService.queryOptions({ entityRef }));
  const reason = useReason(data?.may.change);
  return (
    <div className="flex flex-col items-start gap-2">
      <ButtonLink href={`${entityHref(entityRef)}/delivery/source`}>
        {data && !data.may.change ? "Choose where deployments come from" : "Where deployments come from"}
      </ButtonLink>
      {reason ? <p className="text-muted text-small">{reason}</p> : null}
    </div>
  );
}
