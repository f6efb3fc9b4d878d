import { entityHref } from "#components/catalog/entity-href.ts";
import { shortName } from "#components/catalog/facet-words.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type Graph, type GraphNode, graphRelationWords, nodeLabel } from "#server/catalog/graph/model.ts";

/** A link to an entry; one that is not in the catalogue is a word. */
export function NodeLink({ node }: { node: Pick<GraphNode, "ref" | "title" | "name" | "isDangling"> }) {
  if (node.isDangling)
    return (
      <span title={node.ref}>
        {node.name} <span className="text-muted text-small">points to nothing</span>
      </span>
    );
  return (
    <TextLink href={entityHref(node.ref, "dependencies")} title={node.ref}>
      {nodeLabel(node)}
    </TextLink>
  );
}

/** The same as the drawing, to be read row by row. */
export function GraphTable({ graph, csvHref }: { graph: Graph; csvHref: string }) {
  const nodes = new Map(graph.nodes.map((node) => [node.ref, node]));
  const nameOf = (ref: string) =>
    nodes.get(ref) ?? { ref, title: null, name: shortName(ref), isDangling: false };
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <Section
        title="Relations"
        count={numberText(graph.edges.length)}
        action={
          <ButtonLink href={csvHref} isDownload size="small">
            CSV
          </ButtonLink>
        }
      >
        <Table label="Relations">
          <thead>
            <tr>
              <Th>From</Th>
              <Th>Relation</Th>
              <Th>To</Th>
            </tr>
          </thead>
          <tbody>
            {graph.edges.map(({ from, to, type }) => (
              <Tr key={`${from} ${type} ${to}`}>
                <Td className="break-words">
                  <NodeLink node={nameOf(from)} />
                </Td>
                <Td className="text-muted">{graphRelationWords[type]}</Td>
                <Td className="break-words">
                  <NodeLink node={nameOf(to)} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Section>
      <Section title="Entries" count={numberText(graph.nodes.length)}>
        <Table label="Entries">
          <thead>
            <tr>
              <Th>Entry</Th>
              <Th>Kind</Th>
              <Th className="max-sm:hidden">Owner</Th>
              <Th isNumber>Steps away</Th>
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map((node) => (
              <Tr key={node.ref}>
                <Td className="break-words">
                  <NodeLink node={node} />
                </Td>
                <Td className="text-muted">{node.kind}</Td>
                <Td className="text-muted max-sm:hidden">
                  {node.ownerTitle ?? (node.ownerRef ? shortName(node.ownerRef) : "—")}
                </Td>
                <Td isNumber>{node.depth}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Section>
    </div>
  );
}
