"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";

/** What a team brought to production lately. It is about the team: nothing here is about a person. */
export function TeamDeliverySection({ entityRef }: { entityRef: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.teams.delivery.queryOptions({ ref: entityRef }));
  if (data.services === 0) return null;
  return (
    <Section title="Delivery, last 30 days">
      <DefinitionList
        facts={[
          { term: "Services", value: numberText(data.services) },
          { term: "Deployments to production", value: numberText(data.deployments) },
          { term: "Of them or besides, failed", value: numberText(data.failed) },
          { term: "Open incidents", value: numberText(data.openIncidents) },
        ]}
      />
    </Section>
  );
}
