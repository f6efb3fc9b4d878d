import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

export default async function DefinitionPage({ params }: { params: EntityParams }) {
  const { ref } = await readEntity(params);
  const { type, text } = await getQueryClient().fetchQuery(trpc.catalog.definition.queryOptions({ ref }));
  if (text === null) {
    return (
      <EmptyState kind="nothing" title="No definition">
        Its file has no spec.definition.
      </EmptyState>
    );
  }
  // OpenAPI and AsyncAPI are YAML or JSON, which is YAML too; GraphQL and gRPC stand as they are.
  return (
    <CodeBlock
      label={`Definition of ${ref}`}
      text={text}
      language={type === "graphql" || type === "grpc" ? "plain" : "yaml"}
    />
  );
}
