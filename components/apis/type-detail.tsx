"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { SchemaTree } from "./schema-tree.tsx";

type Props = { entityRef: string; number: number; name: string; hrefOf: (name: string) => string };

/** One type of a definition with those that it needs; asked for when it is opened. */
export function TypeDetail({ entityRef, number, name, hrefOf }: Props) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.apis.schema.queryOptions({ ref: entityRef, number, name }));
  return (
    <div className="pt-1 pb-3">
      <SchemaTree schema={data.schemas[name] ?? {}} schemas={data.schemas} hrefOf={hrefOf} trail={[name]} />
    </div>
  );
}
