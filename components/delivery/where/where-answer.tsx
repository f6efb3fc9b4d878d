import { entityHref } from "#components/catalog/entity-href.ts";
import { CommitRef } from "#components/delivery/commit-ref.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { WhereAnswer, WhereChange } from "#server/delivery/where/model.ts";
import { PlaceMark, PlaceSince } from "./place-mark.tsx";

/** Where each change that was found runs. */
export function WhereAnswerView({ answer: { changes, note } }: { answer: WhereAnswer }) {
  if (changes.length === 0)
    return (
      <EmptyState kind="nothing" title="Nothing found" isCompact>
        {note}
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-8">
      {note ? <p className="text-muted text-table">{note}</p> : null}
      {changes.map((change) => (
        <Found key={`${change.repository} ${change.sha}`} change={change} />
      ))}
    </div>
  );
}

function Found({ change }: { change: WhereChange }) {
  const { number, repository, title, url, sha, note, services, untouched } = change;
  return (
    <Section title={number === null ? title : `#${number} ${title}`}>
      <p className="flex flex-wrap items-center gap-x-3 pb-2 text-muted text-table">
        {url ? <TextLink href={url}>{repository}</TextLink> : <span>{repository}</span>}
        <CommitRef sha={sha} />
        {note ? <span>{note}</span> : null}
      </p>
      {services.length === 0 ? null : <Places change={change} />}
      {untouched > 0 ? (
        <p className="pt-2 text-muted text-table">
          {untouched === 1
            ? "One other service of this repository is not touched by it."
            : `${numberText(untouched)} other services of this repository are not touched by it.`}
        </p>
      ) : null}
    </Section>
  );
}

function Places({ change }: { change: WhereChange }) {
  return (
    <Table label={`Where ${change.number === null ? change.sha.slice(0, 7) : `#${change.number}`} runs`}>
      <thead>
        <tr>
          <Th>Environment</Th>
          <Th>State</Th>
          <Th>Since</Th>
          <Th className="max-sm:hidden">Runs now</Th>
        </tr>
      </thead>
      <tbody>
        {change.services.flatMap((service) =>
          service.places.length === 0
            ? [
                <Tr key={service.ref}>
                  <Td colSpan={4}>
                    <TextLink href={entityHref(service.ref, "deployments")}>{service.name}</TextLink>{" "}
                    <span className="text-muted">had no deployment in the last months</span>
                  </Td>
                </Tr>,
              ]
            : service.places.map((place) => (
                <Tr key={`${service.ref} ${place.environment}`}>
                  <Td>
                    <TextLink href={entityHref(service.ref, "deployments")}>{service.name}</TextLink>{" "}
                    {place.environment}
                  </Td>
                  <Td>
                    <PlaceMark place={place} />
                    {place.note ? (
                      <span className="block pl-5 text-muted text-small">{place.note}</span>
                    ) : null}
                  </Td>
                  <Td>
                    <PlaceSince place={place} />
                  </Td>
                  <Td className="max-sm:hidden">
                    {place.runs ? <CommitRef sha={place.runs} /> : <span className="text-muted">–</span>}
                  </Td>
                </Tr>
              )),
        )}
      </tbody>
    </Table>
  );
}
