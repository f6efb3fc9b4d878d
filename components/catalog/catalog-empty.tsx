"use client";

import { clearValues } from "#components/layout/list-address.ts";
import { useListState } from "#components/layout/list-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { facetNames } from "#server/catalog/model.ts";
import { ImportButton } from "./import-button.tsx";

/** Nothing there yet and nothing left after filtering are two different things. */
export function CatalogEmpty({ isFiltered }: { isFiltered: boolean }) {
  const { params, go } = useListState();
  if (isFiltered) {
    return (
      <EmptyState
        kind="filtered"
        title="Nothing matches these filters"
        action={
          <Button onClick={() => go(clearValues(params, ["query", "is", ...facetNames]))}>
            Clear filters
          </Button>
        }
      >
        Take a filter away, or search for a part of the name.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      kind="nothing"
      title="The catalog is empty"
      command="npx milepost catalog import ."
      action={<ImportButton />}
    >
      Services, APIs, teams and people appear here once their catalog-info.yaml files are imported, from a
      folder or a git repository.
    </EmptyState>
  );
}
