import { ChevronRight } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { DefinitionList, type Fact } from "#components/ui/definition-list.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityDetail } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";
import { EntityMark } from "./entity-mark.tsx";

/** Kinds that have an owner, so that a missing one is worth a line. */
const owned = new Set(["component", "api", "resource", "system", "domain", "template"]);

export function EntityFacts({ entity }: { entity: EntityDetail }) {
  const source = `From ${entity.source.file}, line ${entity.source.line}`;
  const facts: (Fact | false)[] = [
    owned.has(entity.kind.toLowerCase()) && {
      term: "Owner",
      value: entity.owner ? <EntityMark entity={entity.owner} isQuiet /> : null,
      source,
    },
    entity.system !== null && {
      term: "System",
      value: <EntityMark entity={entity.system} isQuiet />,
      source,
    },
    { term: "Kind", value: entity.type ? `${entity.kind}, ${entity.type}` : entity.kind, source },
    entity.lifecycle !== null && { term: "Lifecycle", value: entity.lifecycle, source },
    entity.projectSlug !== null && {
      term: "Repository",
      value: <span className="font-mono text-small">{entity.projectSlug}</span>,
      source,
    },
    entity.tags.length > 0 && { term: "Tags", value: <Tags tags={entity.tags} />, source },
    { term: "Source", value: <Source entity={entity} /> },
    {
      term: "Changed",
      value: <RelativeTime at={entity.updatedAt} />,
      source: "When an import last brought a change",
    },
    {
      term: "Known since",
      value: <RelativeTime at={entity.createdAt} />,
      source: "When an import first brought it",
    },
  ];
  return (
    <div className="flex flex-col gap-6">
      <Section title="Facts">
        <DefinitionList facts={facts.filter((fact) => fact !== false)} />
      </Section>
      {entity.links.length > 0 ? <Links links={entity.links} /> : null}
      <Pairs title="Labels" pairs={entity.labels} />
      <Pairs title="Annotations" pairs={entity.annotations} />
    </div>
  );
}

function Tags({ tags }: { tags: string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {tags.map((tag) => (
        <TagLink key={tag} tag={tag} />
      ))}
    </span>
  );
}

const TagLink = ({ tag }: { tag: string }) => (
  <TextLink href={`/catalog?tag=${encodeURIComponent(tag)}`} className="no-underline">
    <Badge>{tag}</Badge>
  </TextLink>
);

function Source({ entity: { source, ref } }: { entity: EntityDetail }) {
  return (
    <TextLink href={entityHref(ref, "source")} title={source.file} className="block truncate">
      {source.file}
    </TextLink>
  );
}

function Links({ links }: { links: EntityDetail["links"] }) {
  return (
    <Section title="Links">
      <ul>
        {links.map((link) => (
          <li
            key={link.url}
            className="flex min-h-8 items-center border-line border-b py-1 text-table last:border-b-0"
          >
            <TextLink href={link.url} className="truncate" title={link.url}>
              {link.title ?? link.url}
            </TextLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Pairs({ title, pairs }: { title: string; pairs: { key: string; value: string }[] }) {
  if (pairs.length === 0) return null;
  return (
    <details className="group">
      <summary className="flex h-8 list-none items-center gap-1.5 rounded-tight font-semibold text-section">
        <ChevronRight
          aria-hidden
          size={14}
          className="-ml-0.5 text-muted transition-transform duration-120 group-open:rotate-90"
        />
        {title}
        <span className="tabular font-normal text-muted text-table">{pairs.length}</span>
      </summary>
      <dl className="text-small">
        {pairs.map((pair) => (
          <div key={pair.key} className="border-line border-b py-1.5 last:border-b-0">
            <dt className="break-words text-muted">{pair.key}</dt>
            <dd className="break-words font-mono">{pair.value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
