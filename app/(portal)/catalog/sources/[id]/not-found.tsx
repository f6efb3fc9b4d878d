import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function SourceNotFound() {
  return (
    <>
      <title>No such source · Milepost</title>
      <h1 className="sr-only">No such source</h1>
      <EmptyState
        kind="nothing"
        title="There is no such source"
        action={<ButtonLink href="/catalog/sources">See all sources</ButtonLink>}
      >
        It may have been removed, or the address has a letter too many.
      </EmptyState>
    </>
  );
}
