"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { isOpen, simulationStateWords } from "#server/delivery/simulation/model.ts";
import { draftTitle, stateTones, summaryText } from "./simulation-words.ts";

/** What was tried lately, with what came of it. */
export function SimulationList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(
    trpc.deliverySimulations.state.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.recent.some((one) => isOpen(one.state)) ? 3_000 : false),
    }),
  );
  if (data.recent.length === 0) return null;
  return (
    <Section title="Rules that were tried">
      <Table label="Rules that were tried">
        <thead>
          <tr>
            <Th>Rules</Th>
            <Th className="max-md:hidden">What would change</Th>
            <Th>State</Th>
          </tr>
        </thead>
        <tbody>
          {data.recent.map((one) => (
            <Tr key={one.id}>
              <Td className="py-1">
                <RowLink href={`/admin/delivery/simulations/${one.id}`}>{draftTitle(one.draft)}</RowLink>{" "}
                <span className="block text-muted text-small">
                  {one.createdByName}, <RelativeTime at={one.createdAt} />
                </span>
              </Td>
              <Td className="text-fg-soft max-md:hidden">
                {isOpen(one.state) ? "" : summaryText(one.summary)}
              </Td>
              <Td>
                <Status tone={stateTones[one.state]}>{simulationStateWords[one.state]}</Status>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
