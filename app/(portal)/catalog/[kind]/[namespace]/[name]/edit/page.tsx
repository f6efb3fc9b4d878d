import { EditorEntry } from "#components/catalog/editor-entry.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

export default async function EditPage({ params }: { params: EntityParams }) {
  const { ref, source } = await readEntity(params);
  const kept = await getQueryClient().fetchQuery(trpc.entries.kept.queryOptions({ ref }));
  if (!kept || kept.yieldedAt)
    return (
      <Notice tone="neutral" title="This entry is kept in a file">
        It comes from {source.locationTarget}: change it there.
      </Notice>
    );
  return <EditorEntry kept={kept} refusal={kept.may.change} />;
}
