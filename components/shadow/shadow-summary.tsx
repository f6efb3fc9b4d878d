import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Section } from "#components/ui/section.tsx";
import type { StatusTone } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import {
  type AnnotationUse,
  type Becomes,
  becomesWords,
  type KindUse,
  type LocationUse,
  type ShadowSummary,
} from "#server/shadow/model.ts";

const number = (value: number) => value.toLocaleString("en");

/** What is in use in the Backstage that is followed, and what each becomes here. */
export async function ShadowUse() {
  const { report } = await getQueryClient().fetchQuery(trpc.shadow.overview.queryOptions());
  if (!report)
    return (
      <EmptyState
        kind="notConnected"
        title="No Backstage is followed"
        command="npx milepost shadow https://backstage.example.com --token-file token.txt"
      >
        Follow one, and this page says what moving here would keep, change and lose. From the portal's machine
        it can be done with:
      </EmptyState>
    );
  if (!report.summary) return null;
  return (
    <div className="grid gap-x-8 gap-y-6 pt-4 lg:grid-cols-2">
      <Kinds summary={report.summary} />
      <Sources locations={report.summary.locations} />
      <Annotations annotations={report.summary.annotations} />
      <Templates templates={report.summary.templates} />
    </div>
  );
}

function Kinds({ summary }: { summary: ShadowSummary }) {
  const { relations } = summary;
  const row = (use: KindUse) => (
    <Tr key={use.kind}>
      <Td>{use.kind}</Td>
      <Td isNumber>{number(use.entities)}</Td>
      <Td isNumber>{number(use.equal)}</Td>
      <Td isNumber>{number(use.different)}</Td>
      <Td isNumber>{number(use.missing)}</Td>
    </Tr>
  );
  return (
    <Section title="Kinds and relations">
      <Table label="Entries by kind">
        <thead>
          <tr>
            <Th>Kind</Th>
            <Th isNumber>There</Th>
            <Th isNumber>The same</Th>
            <Th isNumber>Different</Th>
            <Th isNumber>Missing</Th>
          </tr>
        </thead>
        <tbody>
          {summary.kinds.map(row)}
          <Tr>
            <Td>relations</Td>
            <Td isNumber>{number(relations.theirs)}</Td>
            <Td isNumber>{number(relations.equal)}</Td>
            <Td isNumber>—</Td>
            <Td isNumber>{number(relations.missing)}</Td>
          </Tr>
        </tbody>
      </Table>
    </Section>
  );
}

function Sources({ locations }: { locations: LocationUse[] }) {
  const shown = locations.slice(0, 50);
  return (
    <Section title="Sources" count={locations.length}>
      <Table label="Sources that Backstage reads" className="table-fixed">
        <thead>
          <tr>
            <Th>Backstage reads</Th>
            <Th isNumber className="w-16">
              Entries
            </Th>
            <Th isNumber className="w-16">
              Missing
            </Th>
            <Th className="w-28">Here</Th>
          </tr>
        </thead>
        <tbody>
          {shown.map((use) => (
            <Tr key={use.origin}>
              <Td className="truncate" title={use.origin}>
                {use.origin.replace(/^url:https?:\/\//, "")}
              </Td>
              <Td isNumber>{number(use.entities)}</Td>
              <Td isNumber>{number(use.missing)}</Td>
              <Td>
                <SourceState use={use} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {locations.length > shown.length ? (
        <p className="pt-1 text-muted text-small">The {shown.length} with most that is missing.</p>
      ) : null}
    </Section>
  );
}

function SourceState({ use }: { use: LocationUse }) {
  if (use.isRegistered) return <>Registered</>;
  if (use.missing === 0) return <span className="text-muted">Not needed</span>;
  if (!use.address)
    return <span title="It is no address, so only Backstage itself can read it">Not reachable</span>;
  return <TextLink href={`/catalog/import?target=${encodeURIComponent(use.address)}`}>Add it</TextLink>;
}

const becomesTone: Readonly<Record<Becomes, StatusTone>> = {
  works: "success",
  link: "info",
  kept: "neutral",
};

function Annotations({ annotations }: { annotations: AnnotationUse[] }) {
  const shown = annotations.slice(0, 50);
  return (
    <Section title="Plug-ins by their annotations" count={annotations.length}>
      {shown.length === 0 ? (
        <p className="py-2 text-muted text-table">No annotation of a plug-in is in use.</p>
      ) : (
        <Table label="Annotations in use" className="table-fixed">
          <thead>
            <tr>
              <Th>Annotation</Th>
              <Th className="max-sm:hidden">Plug-in</Th>
              <Th isNumber className="w-16">
                Entries
              </Th>
              <Th className="w-40">Here</Th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, plugin, entities, becomes, words }) => (
              <Tr key={key}>
                <Td className="truncate font-mono text-small" title={key}>
                  {key}
                </Td>
                <Td className="truncate max-sm:hidden">{plugin}</Td>
                <Td isNumber>{number(entities)}</Td>
                <Td>
                  <Badge tone={becomesTone[becomes]} title={words}>
                    {becomesWords[becomes]}
                  </Badge>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function Templates({ templates }: { templates: ShadowSummary["templates"] }) {
  if (templates.count === 0)
    return (
      <Section title="Templates" count={0}>
        <p className="py-2 text-muted text-table">No template is in use.</p>
      </Section>
    );
  return (
    <Section title="Templates" count={templates.count}>
      <p className="pb-2 text-fg-soft text-table">
        They are in the catalog here, but cannot be run yet. These are the actions that their steps use.
      </p>
      <Table label="Actions that templates use" className="table-fixed">
        <thead>
          <tr>
            <Th>Action</Th>
            <Th isNumber className="w-24">
              Templates
            </Th>
            <Th className="w-28">Here</Th>
          </tr>
        </thead>
        <tbody>
          {templates.actions.slice(0, 50).map(({ action, templates: count }) => (
            <Tr key={action}>
              <Td className="truncate font-mono text-small">{action}</Td>
              <Td isNumber>{number(count)}</Td>
              <Td className="text-muted">Not yet</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
