import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type ApiVersionItem, apiLimits } from "#server/apis/model.ts";

type Props = { versions: readonly ApiVersionItem[]; current: number; href: string };

/** Each change of the definition since it came into the catalogue, with what it broke. */
export function VersionList({ versions, current, href }: Props) {
  return (
    <Section title="Versions" count={versions.length}>
      <ul>
        {versions.map(({ number, seenAt, commit, changes, breaking }, index) => (
          <li
            key={number}
            className="flex flex-wrap items-baseline gap-x-3 border-line border-b py-1.5 text-table last:border-b-0"
          >
            <TextLink href={index === 0 ? href : `${href}?version=${number}`} className="tabular font-medium">
              {`Version ${number}`}
            </TextLink>
            {number === current ? <span className="text-muted text-small">shown</span> : null}
            <span className="text-muted text-small">
              <RelativeTime at={seenAt} />
            </span>
            {commit ? <code className="font-mono text-muted text-small">{commit.slice(0, 10)}</code> : null}
            {changes === null || changes === 0 ? null : (
              <TextLink href={`${href}?view=changes&from=${number - 1}&to=${number}`} className="text-small">
                {changesWords(changes, breaking ?? 0)}
              </TextLink>
            )}
          </li>
        ))}
      </ul>
      {versions.length === apiLimits.versions ? (
        <p className="text-muted text-small">The newest {apiLimits.versions} are kept.</p>
      ) : null}
    </Section>
  );
}

const changesWords = (changes: number, breaking: number) =>
  `${changes} ${changes === 1 ? "change" : "changes"}${breaking > 0 ? `, ${breaking} breaking` : ""}`;
