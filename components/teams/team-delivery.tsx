"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { entityHref } from "#components/catalog/entity-href.ts";
import { ReviewCount } from "#components/delivery/review/review-count.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";

/** What a team brought to production lately. It is about the team: nothing here is about a person. */
export function TeamDeliverySection({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.teams.delivery.queryOptions({ ref: entityRef }));
  if (data.services === 0) return null;
  return (
    <Section
      title="Delivery, last 30 days"
      action={
        <TextLink href={entityHref(entityRef, "delivery")} className="text-small">
          All figures
        </TextLink>
      }
    >
      <DefinitionList
        facts={[
          { term: "Services", value: numberText(data.services) },
          { term: "Deployments to production", value: numberText(data.deployments) },
          { term: "Deployments that failed", value: numberText(data.failed) },
          { term: "Open incidents", value: numberText(data.openIncidents) },
        ]}
      />
      <ReviewCount team={entityRef} />
    </Section>
  );
}
