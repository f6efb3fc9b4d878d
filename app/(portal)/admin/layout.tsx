import type { ReactNode } from "react";
import { NoAccess } from "#components/identity/no-access.tsx";
import { requestContext } from "#server/auth/page-context.ts";
import { hasRole } from "#server/core/actor.ts";

/** Shows the reason in place of the room. The refusal itself is each procedure's, not this layout's. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { actor } = await requestContext();
  if (!hasRole(actor, "platform")) return <NoAccess room="Admin" who="platform engineers and admins" />;
  return children;
}
