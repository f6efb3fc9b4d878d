import { FactMark } from "#components/trust/fact-mark.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityRelation } from "#server/catalog/model.ts";
import type { FactSource } from "#server/trust/model.ts";
import { EntityMark } from "./entity-mark.tsx";

type Props = {
  relation: EntityRelation;
  limit?: number;
  /** Where the rest is. */
  moreHref?: string;
  /** Where each relation stands, by type and target. */
  sources?: Readonly<Record<string, FactSource>>;
  /** The entry whose relations they are, for those who may confirm them. */
  confirmRef?: string | undefined;
};

/** One relation of an entry with what it leads to. */
export function RelationList({
  relation,
  limit = Number.POSITIVE_INFINITY,
  moreHref,
  sources = {},
  confirmRef,
}: Props) {
  const shown = relation.items.slice(0, limit);
  const rest = relation.total - shown.length;
  return (
    <Section title={relation.label} count={numberText(relation.total)}>
      <ul>
        {shown.map((entity) => (
          <li
            key={entity.ref}
            className="group/fact flex min-h-8 items-center gap-1 border-line border-b py-1 text-table last:border-b-0"
          >
            <span className="min-w-0 flex-1">
              <EntityMark entity={entity} />
            </span>
            <SourceOf
              name={entity.title ?? entity.name}
              source={sources[`${relation.type} ${entity.ref}`]}
              confirmRef={confirmRef}
            />
          </li>
        ))}
      </ul>
      {rest > 0 && moreHref ? (
        <p className="pt-1 text-small">
          <TextLink href={moreHref}>{`Show ${numberText(rest)} more`}</TextLink>
        </p>
      ) : null}
    </Section>
  );
}

type SourceProps = { name: string; source: FactSource | undefined; confirmRef: string | undefined };

const SourceOf = ({ name, source, confirmRef }: SourceProps) =>
  source ? <FactMark name={name} source={source} confirmRef={confirmRef} /> : null;
