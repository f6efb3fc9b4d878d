"use client";

import { Download } from "lucide-react";
import { DensityToggle } from "#components/layout/density-toggle.tsx";
import { useListState } from "#components/layout/list-state.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";
import type { EntityFilter } from "#server/catalog/inputs.ts";
import { CatalogCount } from "./catalog-count.tsx";

const downloads = [
  { name: "entities.csv", label: "Table as CSV" },
  { name: "export.tar.gz", label: "Files, as Backstage reads them" },
  { name: "export.yaml", label: "All in one YAML file" },
  { name: "entities.json", label: "JSON" },
] as const;

export function CatalogTools({ filter }: { filter: EntityFilter }) {
  const { params } = useListState();
  const wanted = new URLSearchParams(params);
  wanted.delete("cursor");
  wanted.delete("from");
  return (
    <>
      <CatalogCount filter={filter} />
      <DensityToggle />
      <Menu
        label="Download these entries"
        className={buttonLook("quiet", "normal", false, true)}
        entries={downloads.map(({ name, label }) => ({
          label,
          isDownload: true,
          href: `/api/v1/catalog/${name}${wanted.size > 0 ? `?${wanted}` : ""}`,
        }))}
      >
        <Download aria-hidden size={16} strokeWidth={1.5} />
      </Menu>
    </>
  );
}
