"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { CardRow } from "#server/cards/read-cards.ts";
import { type CardDraft, draftOf, emptyDraft } from "./card-draft.ts";

const CardDialog = lazy(() => import("./card-dialog.tsx"));

/** The cards of this portal, and the tools that one more of them is a click away for. */
export function CardTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.cards.settings.queryOptions());
  const [draft, setDraft] = useState<CardDraft | null>(null);
  const reason = useReason(data.may.change);
  const [ready, others] = [
    data.presets.filter(({ isReady }) => isReady),
    data.presets.filter(({ isReady }) => !isReady),
  ];
  return (
    <>
      <Section
        title="On the pages"
        className="pt-4"
        action={
          <Button tone="primary" disabledReason={reason} onClick={() => setDraft(emptyDraft)}>
            Add a card
          </Button>
        }
      >
        <Table label="Cards on the pages of entries">
          <thead>
            <tr>
              <Th>Card</Th>
              <Th className="max-md:hidden">For the annotation</Th>
              <Th className="max-lg:hidden">Leads to</Th>
              <Th>State</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((card) => (
              <Row
                key={card.id}
                card={card}
                isOn={card.isOn}
                reason={reason}
                onChange={() => setDraft(draftOf(card))}
              />
            ))}
            {ready.map((card) => (
              <Row
                key={card.preset}
                card={card}
                isOn
                reason={reason}
                onChange={() => setDraft(draftOf(card))}
              />
            ))}
          </tbody>
        </Table>
      </Section>
      {others.length > 0 ? (
        <Section title="Tools to connect" className="pt-6">
          <p className="pb-2 text-fg-soft text-table">
            Their annotations are known. Fill in where your own server is, and each entry that has the
            annotation gets the link.
          </p>
          <ul className="flex flex-wrap gap-2">
            {others.map((preset) => (
              <li key={preset.preset}>
                <Button disabledReason={reason} onClick={() => setDraft(draftOf(preset))}>
                  {preset.name}
                </Button>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {draft ? (
        <Suspense>
          <CardDialog draft={draft} onClose={() => setDraft(null)} />
        </Suspense>
      ) : null}
    </>
  );
}

type RowProps = {
  card: Pick<CardRow, "name" | "annotation" | "urlPattern">;
  isOn: boolean;
  reason: string | null;
  onChange: () => void;
};

function Row({ card, isOn, reason, onChange }: RowProps) {
  return (
    <Tr>
      <Td className="font-medium">{card.name}</Td>
      <Td className="break-all font-mono text-small max-md:hidden">{card.annotation ?? "Every entry"}</Td>
      <Td className="break-all font-mono text-muted text-small max-lg:hidden">{card.urlPattern}</Td>
      <Td>
        <Status tone={isOn ? "success" : "neutral"}>{isOn ? "On" : "Off"}</Status>
      </Td>
      <Td className="text-right">
        <ChangeButton name={card.name} disabledReason={reason} onChange={onChange} />
      </Td>
    </Tr>
  );
}
