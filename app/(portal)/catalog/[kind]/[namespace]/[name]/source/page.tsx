import { PrivateContents } from "#components/catalog/private-contents.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Copyable } from "#components/ui/copyable.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

export default async function SourcePage({ params }: { params: EntityParams }) {
  const { ref, source, may } = await readEntity(params);
  const raw = may.readContents
    ? null
    : await getQueryClient().fetchQuery(trpc.catalog.raw.queryOptions({ ref }));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      {raw ? (
        <CodeBlock label={`Source of ${ref}`} text={raw.yaml} language="yaml" firstLine={source.line} />
      ) : (
        <PrivateContents refusal={may.readContents} />
      )}
      <DefinitionList
        facts={[
          {
            term: "File",
            value: source.url ? (
              <TextLink href={source.url}>{source.file}</TextLink>
            ) : (
              <Copyable text={source.file} label="Copy path" />
            ),
          },
          { term: "Line", value: <span className="tabular">{source.line}</span> },
          {
            term: "Source",
            value: (
              <TextLink href={`/catalog/sources/${source.locationId}`} className="break-all">
                {source.locationTarget}
              </TextLink>
            ),
          },
          ...(source.commit
            ? [
                {
                  term: "Commit",
                  value: (
                    <Copyable text={source.commit} shown={source.commit.slice(0, 10)} label="Copy commit" />
                  ),
                },
              ]
            : []),
          { term: "Imported", value: source.importedAt ? <RelativeTime at={source.importedAt} /> : null },
        ]}
      />
    </div>
  );
}
