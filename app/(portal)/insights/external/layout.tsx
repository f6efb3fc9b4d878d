import type { ReactNode } from "react";
import { NoAccess } from "#components/identity/no-access.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

/** Shows the reason in place of the room. The refusal itself is each procedure's, not this layout's. */
export default async function ExternalLayout({ children }: { children: ReactNode }) {
  const { actor } = await requestContext();
  const refused = pageRefusal("/insights/external", actor);
  return refused ? <NoAccess room="Another tool's figures" refusal={refused} /> : children;
}
