"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { CustomSourceItem } from "#server/catalog/sources/model.ts";

const CustomSourceDialog = lazy(() => import("./custom-source-dialog.tsx"));

/** Sources that send their entries, and how one sends them. */
export function CustomSources() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.entries.customSources.queryOptions());
  const [open, setOpen] = useState<CustomSourceItem | "new" | null>(null);
  const make = (
    <Button tone="primary" disabledReason={useReason(data.may.create)} onClick={() => setOpen("new")}>
      New custom source
    </Button>
  );
  return (
    <div className="flex flex-col gap-8">
      {data.items.length === 0 ? (
        <EmptyState kind="nothing" title="No custom sources yet" action={make}>
          Make one for each program that is to send entries, then give that program a token.
        </EmptyState>
      ) : (
        <Section title="Sources" count={numberText(data.items.length)} action={make}>
          <Table label="Custom sources">
            <thead>
              <tr>
                <Th>Source</Th>
                <Th className="max-sm:hidden" isNumber>
                  Entries
                </Th>
                <Th className="max-md:hidden" isNumber>
                  May vanish
                </Th>
                <Th className="pl-6">Last sent</Th>
                <Th className="w-24">
                  <span className="sr-only">Change</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((source) => (
                <SourceRow key={source.id} source={source} onChange={() => setOpen(source)} />
              ))}
            </tbody>
          </Table>
        </Section>
      )}
      <HowToSend id={data.items[0]?.id ?? "cmdb"} />
      {open ? (
        <Suspense>
          <CustomSourceDialog source={open === "new" ? null : open} onClose={() => setOpen(null)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function SourceRow({ source, onChange }: { source: CustomSourceItem; onChange: () => void }) {
  return (
    <Tr>
      <Td>
        <TextLink href={`/catalog/sources/${source.locationId}`}>{source.title}</TextLink>
        <span className="block font-mono text-muted text-small">{source.id}</span>
      </Td>
      <Td className="max-sm:hidden" isNumber>
        {numberText(source.entityCount)}
      </Td>
      <Td className="max-md:hidden" isNumber>
        {source.guardPercent} %
      </Td>
      <Td className="pl-6">
        {source.receivedAt ? (
          <>
            <RelativeTime at={source.receivedAt} />
            <span className="block text-muted text-small">by {source.receivedBy}</span>
          </>
        ) : (
          "Not yet"
        )}
      </Td>
      <Td className="text-right">
        <ChangeButton name={source.title} disabledReason={useReason(source.may.change)} onChange={onChange} />
      </Td>
    </Tr>
  );
}

const example = (id: string) => `curl -X PUT "$MILEPOST/api/v1/catalog/sources/${id}?dryRun=true" \\
  -H "Authorization: Bearer $MILEPOST_TOKEN" -H "Content-Type: application/json" \\
  -d '{
    "type": "full",
    "entities": [{
      "apiVersion": "backstage.io/v1alpha1",
      "kind": "Resource",
      "metadata": { "name": "orders-db" },
      "spec": { "type": "database", "owner": "payments" }
    }]
  }'
`;

function HowToSend({ id }: { id: string }) {
  return (
    <Section title="How a program sends them">
      <ol className="list-decimal space-y-1 pb-3 pl-5 text-fg-soft text-table">
        <li>
          Make a token with the role “Platform engineer” and only the scope “Catalog write” on the{" "}
          <TextLink href="/admin/tokens">page of tokens</TextLink>.
        </li>
        <li>
          Send everything you have (“full”), or what is new and gone (“delta” with “added” and “removed”).
        </li>
        <li>With “dryRun=true” the answer says what would change, and nothing does.</li>
      </ol>
      <CodeBlock label="Example of sending entries" text={example(id)} language="plain" />
    </Section>
  );
}
