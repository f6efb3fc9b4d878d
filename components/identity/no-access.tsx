import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

/** A room that this person may not enter: who may, and who can change that. */
export function NoAccess({ room, who }: { room: string; who: string }) {
  return (
    <>
      <PageHeader title={room} />
      <EmptyState
        kind="noAccess"
        title={`Only ${who} can open this`}
        action={<ButtonLink href="/">Back to home</ButtonLink>}
      >
        An admin of this portal can give you that role.
      </EmptyState>
    </>
  );
}
