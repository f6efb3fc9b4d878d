import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import type { ServiceDelivery } from "#server/delivery/model.ts";

/** What became of the repository that an entry names: another name, another repository under the name, its end. */
export function RepositoryNotes({ notes }: Pick<ServiceDelivery, "notes">) {
  if (notes.length === 0) return null;
  return (
    <div className="flex flex-col gap-2 pb-4">
      {notes.map(({ title, words }) => (
        <Notice key={title} tone="warning" title={title}>
          {words}
        </Notice>
      ))}
    </div>
  );
}

/** The same where nothing else of the service is read on the server. */
export async function ServiceRepositoryNotes({ entityRef }: { entityRef: string }) {
  const { notes } = await getQueryClient().fetchQuery(trpc.delivery.service.queryOptions({ entityRef }));
  return <RepositoryNotes notes={notes} />;
}
