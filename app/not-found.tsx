import { Mark } from "#components/layout/mark.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-115 flex-col justify-center px-4">
      <Mark size={24} />
      <h1 className="sr-only">Page not found</h1>
      <EmptyState
        kind="nothing"
        isCompact
        title="There is no page at this address"
        action={<ButtonLink href="/">Go to Home</ButtonLink>}
      >
        The link may be old, or a letter is missing.
      </EmptyState>
    </main>
  );
}
