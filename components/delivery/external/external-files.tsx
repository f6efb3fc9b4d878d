"use client";

import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { AboveRow, RowLink, Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { comparisonHref } from "./external-words.ts";

/** What was imported, by whom and when; each file can be removed. */
export function ExternalFiles() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useSuspenseQuery(trpc.deliveryExternal.files.queryOptions());
  const remove = useMutation(
    trpc.deliveryExternal.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.deliveryExternal.files.queryFilter());
        say("File removed");
      },
    }),
  );
  return (
    <Section title="Imported files" count={numberText(data.files.length)}>
      {remove.error ? (
        <p role="alert" className="pb-2 text-danger text-small">
          {asSentence(errorWords(remove.error).sentence)}
        </p>
      ) : null}
      {data.files.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="Nothing was imported yet" />
      ) : (
        <Table label="Imported files">
          <thead>
            <tr>
              <Th>Tool</Th>
              <Th className="max-md:hidden">File</Th>
              <Th isNumber>Rows</Th>
              <Th className="max-sm:hidden">Imported</Th>
              <Th className="w-10">
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.files.map(({ id, tool, fileName, rows, importedAt, importedByName }) => (
              <Tr key={id}>
                <Td className="max-w-60">
                  <RowLink href={comparisonHref(id, {})} className="block truncate">
                    {tool}
                  </RowLink>
                </Td>
                <Td className="max-w-60 truncate text-fg-soft max-md:hidden">{fileName}</Td>
                <Td isNumber>{numberText(rows)}</Td>
                <Td className="text-muted max-sm:hidden">
                  {importedByName}, <RelativeTime at={importedAt} />
                </Td>
                <Td>
                  <AboveRow>
                    <Button
                      tone="quiet"
                      size="small"
                      label={`Remove ${tool}, ${fileName}`}
                      icon={<Trash2 aria-hidden size={16} />}
                      isBusy={remove.isPending && remove.variables.id === id}
                      onClick={() => remove.mutate({ id })}
                    />
                  </AboveRow>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
