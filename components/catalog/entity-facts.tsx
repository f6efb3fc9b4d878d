import { ChevronRight } from "lucide-react";
import { EntityCards } from "#components/cards/entity-cards.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { AddedList } from "#components/trust/added-list.tsx";
import { EntryTrust } from "#components/trust/entry-trust.tsx";
import { FactMark } from "#components/trust/fact-mark.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { DefinitionList, type Fact } from "#components/ui/definition-list.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityDetail } from "#server/catalog/model.ts";
import type { FactSource } from "#server/trust/model.ts";
import type { EntityTrust } from "#server/trust/reads/entity-trust.ts";
import { entityHref } from "./entity-href.ts";
import { EntityMark } from "./entity-mark.tsx";

/** Kinds that have an owner, so that a missing one is worth a line. */
const owned = new Set(["component", "api", "resource", "system", "domain", "template"]);

export async function EntityFacts({ entity }: { entity: EntityDetail }) {
  const trust = await getQueryClient().fetchQuery(trpc.trust.entity.queryOptions({ ref: entity.ref }));
  const mark = (name: string, pointer: string) => {
    const fact = trust.facts[pointer];
    return fact ? { mark: <FactMark name={name} source={fact} confirmRef={confirmRefOf(trust)} /> } : {};
  };
  const source = `From ${entity.source.file}, line ${entity.source.line}`;
  const facts: (Fact | false)[] = [
    owned.has(entity.kind.toLowerCase()) && {
      term: "Owner",
      value: entity.owner ? <EntityMark entity={entity.owner} isQuiet /> : null,
      source,
      ...mark("Owner", "/spec/owner"),
    },
    entity.system !== null && {
      term: "System",
      value: <EntityMark entity={entity.system} isQuiet />,
      source,
      ...mark("System", "/spec/system"),
    },
    {
      term: "Kind",
      value: entity.type ? `${entity.kind}, ${entity.type}` : entity.kind,
      source,
      ...mark("Kind", "/spec/type"),
    },
    entity.lifecycle !== null && {
      term: "Lifecycle",
      value: entity.lifecycle,
      source,
      ...mark("Lifecycle", "/spec/lifecycle"),
    },
    entity.projectSlug !== null && {
      term: "Repository",
      value: <span className="font-mono text-small">{entity.projectSlug}</span>,
      source,
      ...mark("Repository", "/metadata/annotations/github.com~1project-slug"),
    },
    entity.tags.length > 0 && {
      term: "Tags",
      value: <Tags tags={entity.tags} />,
      source,
      ...mark("Tags", "/metadata/tags"),
    },
    entity.description !== null && {
      term: "Description",
      value: <span className="line-clamp-2 text-fg-soft">{entity.description}</span>,
      source,
      ...mark("Description", "/metadata/description"),
    },
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
      <EntryTrust trust={trust} />
      <Section title="Facts">
        <DefinitionList facts={facts.filter((fact) => fact !== false)} />
      </Section>
      <EntityCards entityRef={entity.ref} />
      {entity.links.length > 0 ? <Links links={entity.links} trust={trust} /> : null}
      <AddedList entityRef={entity.ref} overlays={trust.overlays} refusal={trust.may.addTo} />
      <Pairs title="Labels" pairs={entity.labels} group="labels" trust={trust} />
      <Pairs title="Annotations" pairs={entity.annotations} group="annotations" trust={trust} />
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

function Links({ links, trust }: { links: EntityDetail["links"]; trust: EntityTrust }) {
  const part = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
  const factOf = (url: string) => trust.facts[`/links/${part(url)}`] ?? trust.facts["/metadata/links"];
  return (
    <Section title="Links">
      <ul>
        {links.map((link) => (
          <li
            key={link.url}
            className="group/fact flex min-h-8 items-center gap-1 border-line border-b py-1 text-table last:border-b-0"
          >
            <TextLink href={link.url} className="truncate" title={link.url}>
              {link.title ?? link.url}
            </TextLink>
            <span className="flex-1" />
            <Mark name={link.title ?? link.url} fact={factOf(link.url)} trust={trust} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

type MarkProps = { name: string; fact: FactSource | undefined; trust: EntityTrust };

const Mark = ({ name, fact, trust }: MarkProps) =>
  fact ? <FactMark name={name} source={fact} confirmRef={confirmRefOf(trust)} /> : null;

/** Its owners say of each fact that it is still right; nobody is asked about people and teams. */
const confirmRefOf = ({ ref, state, may }: EntityTrust) =>
  state !== null && may.confirm === null ? ref : undefined;

type PairsProps = {
  title: string;
  pairs: { key: string; value: string }[];
  group: "labels" | "annotations";
  trust: EntityTrust;
};

function Pairs({ title, pairs, group, trust }: PairsProps) {
  const factOf = (key: string) =>
    trust.facts[`/metadata/${group}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`];
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
          <div key={pair.key} className="group/fact border-line border-b py-1.5 last:border-b-0">
            <dt className="break-words text-muted">{pair.key}</dt>
            <dd className="flex items-start gap-1 font-mono">
              <span className="min-w-0 flex-1 break-words">{pair.value}</span>
              <Mark name={pair.key} fact={factOf(pair.key)} trust={trust} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
