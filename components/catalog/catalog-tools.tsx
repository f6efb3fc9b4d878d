"use client";

import { Download } from "lucide-react";
import { DensityToggle } from "#components/layout/density-toggle.tsx";
import { useListState } from "#components/layout/list-state.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import type { EntityFilter } from "#server/catalog/inputs.ts";
import { CatalogCount } from "./catalog-count.tsx";

export function CatalogTools({ filter }: { filter: EntityFilter }) {
  const { params } = useListState();
  const wanted = new URLSearchParams(params);
  wanted.delete("cursor");
  wanted.delete("from");
  return (
    <>
      <CatalogCount filter={filter} />
      <DensityToggle />
      <ButtonLink
        href={`/api/v1/catalog/entities.csv${wanted.size > 0 ? `?${wanted}` : ""}`}
        isDownload
        tone="quiet"
        label="Download these entries as CSV"
        icon={<Download aria-hidden size={16} strokeWidth={1.5} />}
      />
    </>
  );
}
