import type { Metadata } from "next";
import { NoAccess } from "#components/identity/no-access.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { TruthFigures } from "#components/trust/truth-figures.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

export const metadata: Metadata = { title: "How true the catalog is" };

export default async function TruthPage() {
  const { actor } = await requestContext();
  const refused = pageRefusal("/catalog/truth", actor);
  if (refused) return <NoAccess room="How true the catalog is" refusal={refused} />;
  const truth = await getQueryClient().fetchQuery(trpc.trust.truth.queryOptions());
  return (
    <>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="How true the catalog is"
        summary="Measured: a few facts a month, drawn by chance and judged by people who know."
        action={<ButtonLink href="/catalog/upkeep">Upkeep</ButtonLink>}
      />
      <TruthFigures truth={truth} />
    </>
  );
}
