import type { Metadata } from "next";
import type { ReactNode } from "react";
import { EntityHeader } from "#components/catalog/entity-header.tsx";
import { type EntityParams, readEntity } from "./read-entity.ts";

type Props = { params: EntityParams; children: ReactNode };

export async function generateMetadata({ params }: { params: EntityParams }): Promise<Metadata> {
  const entity = await readEntity(params);
  return { title: entity.title ?? entity.name };
}

export default async function EntityLayout({ params, children }: Props) {
  const entity = await readEntity(params);
  return (
    <>
      <EntityHeader entity={entity} />
      <div className="pt-5">{children}</div>
    </>
  );
}
