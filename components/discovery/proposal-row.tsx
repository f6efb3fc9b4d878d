"use client";

import { entityHref } from "#components/catalog/entity-href.ts";
import { OwnerLink } from "#components/catalog/owner-link.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, Td, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { confidenceWord, type Evidence, type ProposalItem } from "#server/discovery/model.ts";

type Props = {
  item: ProposalItem;
  isSelected: boolean;
  onSelect: (item: ProposalItem, isOn: boolean) => void;
};

export function ProposalRow({ item, isSelected, onSelect }: Props) {
  const where = item.path ? `${item.repository}/${item.path}` : item.repository;
  return (
    <Tr>
      <Td className="align-top">
        <AboveRow>
          <Checkbox
            label={`Select ${item.name}`}
            data-row-select
            checked={isSelected}
            onChange={(event) => onSelect(item, event.target.checked)}
          />
        </AboveRow>
      </Td>
      <Td className="align-top">
        <span className="block truncate font-medium">
          {item.entityRef ? <TextLink href={entityHref(item.entityRef)}>{item.name}</TextLink> : item.name}
        </span>
        <TextLink href={item.repositoryUrl} className="block truncate text-muted text-small">
          {where}
        </TextLink>
        {item.description ? (
          <span className="block truncate text-fg-soft text-small">{item.description}</span>
        ) : null}
        <span className="block text-small sm:hidden">
          <Owner item={item} />
        </span>
      </Td>
      <Td className="align-top max-md:hidden">
        <span className="block truncate">{item.type}</span>
        {item.language ? <span className="block truncate text-muted text-small">{item.language}</span> : null}
      </Td>
      <Td className="align-top max-sm:hidden">
        <Owner item={item} />
      </Td>
      <Td className="align-top max-md:hidden">
        {item.state === "open" ? <EvidenceList evidence={item.evidence} /> : <Decision item={item} />}
      </Td>
    </Tr>
  );
}

function Owner({ item }: { item: ProposalItem }) {
  if (!item.ownerRef) return <span className="text-muted">nobody could be guessed</span>;
  return (
    <>
      <OwnerLink ownerRef={item.ownerRef} title={item.ownerTitle} isKnown={item.isOwnerKnown} />
      {item.state === "open" ? (
        <span className="block text-muted text-small">
          {confidenceWord(item.confidence)} ({item.confidence}%)
        </span>
      ) : null}
    </>
  );
}

/** What each guess rests on; where the host shows it, a link leads there. */
function EvidenceList({ evidence }: { evidence: Evidence[] }) {
  const [first, ...others] = evidence;
  if (!first) return null;
  return (
    <details className="text-small">
      <summary className="cursor-pointer truncate rounded-tight text-fg-soft hover:text-fg">
        {first.what}: {first.says}
      </summary>
      <ul className="flex flex-col gap-1 pt-1">
        {[first, ...others].map(({ what, says, url }) => (
          <li key={`${what} ${says}`} className="wrap-anywhere">
            <span className="text-muted">{what}:</span> {url ? <TextLink href={url}>{says}</TextLink> : says}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Decision({ item }: { item: ProposalItem }) {
  return (
    <span className="flex flex-col gap-0.5 text-small">
      {item.decidedAt ? (
        <span className="text-muted">
          {item.decidedBy}, <RelativeTime at={item.decidedAt} />
        </span>
      ) : null}
      {item.reason ? (
        item.state === "adopted" ? (
          <Status tone="warning">{item.reason}</Status>
        ) : (
          <span className="wrap-anywhere">{item.reason}</span>
        )
      ) : null}
      {item.pullRequestUrl ? (
        <TextLink href={item.pullRequestUrl}>Pull request with the file</TextLink>
      ) : null}
      {item.state === "adopted" && !item.pullRequestUrl && item.newFileUrl ? (
        <TextLink href={item.newFileUrl}>Add the file on the host's own page</TextLink>
      ) : null}
      {item.state === "filed" ? <Status tone="success">Its file counts now</Status> : null}
    </span>
  );
}
