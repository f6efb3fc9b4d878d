"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { isImportMoving } from "#server/delivery/back-fill/model.ts";
import { ImportActions } from "./import-actions.tsx";
import { importHref } from "./import-address.ts";
import { ImportProgress } from "./import-progress.tsx";

/** The imports of all connections' pasts, followed while one is under way; nothing where none has begun. */
export function ImportSection() {
  const { data } = useImports();
  if (data.length === 0) return null;
  return (
    <Section title="The past" className="pb-6">
      <ul className="flex flex-col">
        {data.map((item) => (
          <li key={item.connectionId} className="flex flex-col gap-2 border-line border-t py-3 last:border-b">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
              <h3 className="min-w-0 flex-1 truncate font-medium text-table">
                <TextLink href={importHref(item.connectionId)}>{item.name}</TextLink>
              </h3>
              <ImportActions item={item} />
            </div>
            <ImportProgress item={item} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function useImports() {
  const trpc = useTRPC();
  return useSuspenseQuery(
    trpc.deliveryImports.list.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.some(isImportMoving) ? 2_000 : 30_000),
    }),
  );
}
