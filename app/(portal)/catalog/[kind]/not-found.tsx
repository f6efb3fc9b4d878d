import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function EntityNotFound() {
  return (
    <>
      <title>Not in the catalog · Milepost</title>
      <h1 className="sr-only">Not in the catalog</h1>
      <EmptyState
        kind="nothing"
        title="The catalog has no such entry"
        action={<ButtonLink href="/catalog">Search the catalog</ButtonLink>}
      >
        It may have been renamed or removed at its source, or the address has a letter too many.
      </EmptyState>
    </>
  );
}
