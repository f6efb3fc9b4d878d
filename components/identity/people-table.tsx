"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { entityHref } from "#components/catalog/entity-href.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { roleNames } from "#server/identity/model.ts";
import type { ListPeople } from "#server/identity/people/inputs.ts";
import type { PersonRow } from "#server/identity/people/read-people.ts";
import { PersonMenu } from "./person-menu.tsx";

const sources: Record<PersonRow["roleSource"], string> = {
  admin: "by hand",
  groups: "by the rules for groups",
  setup: "from the setup",
  demo: "of the demo",
};

type Props = { filter: ListPeople; nextHref?: (cursor: string) => string; returnTo: string };

/** Who signs in, those without a person of the catalogue first. */
export function PeopleTable({ filter, nextHref, returnTo }: Props) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.identity.people.queryOptions(filter));
  if (data.items.length === 0 && filter.filter === "unmatched" && !filter.query)
    return (
      <EmptyState kind="nothing" isCompact title="Everybody is matched">
        Everybody who signs in is a person of the catalog.
      </EmptyState>
    );
  if (data.items.length === 0)
    return filter.query || filter.filter !== "all" ? (
      <EmptyState kind="filtered" isCompact title="Nobody fits">
        Ask for less.
      </EmptyState>
    ) : (
      <EmptyState kind="nothing" title="Nobody has signed in yet">
        People appear here with their first sign-in.
      </EmptyState>
    );
  return (
    <>
      <Table label="People" className="mt-2">
        <thead>
          <tr>
            <Th>Name</Th>
            <Th>Role</Th>
            <Th className="max-md:hidden">In the catalog</Th>
            <Th className="max-lg:hidden">Signs in with</Th>
            <Th className="max-lg:hidden">Last sign-in</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((person) => (
            <PersonLine key={person.id} person={person} returnTo={returnTo} />
          ))}
        </tbody>
      </Table>
      {nextHref && (data.nextCursor || filter.cursor) ? (
        <Pager previousHref={null} nextHref={data.nextCursor ? nextHref(data.nextCursor) : null}>
          {data.unmatched > 0 ? `${data.unmatched.toLocaleString("en")} not matched` : null}
        </Pager>
      ) : null}
    </>
  );
}

function PersonLine({ person, returnTo }: { person: PersonRow; returnTo: string }) {
  return (
    <Tr>
      <Td>
        <span className="font-medium">{person.name}</span> {person.isDemo ? <Badge>Demo</Badge> : null}
        {person.email ? <span className="block text-muted text-small">{person.email}</span> : null}
        {person.disabledAt ? (
          <span className="block text-small">
            <Status tone="neutral">
              Disabled <RelativeTime at={person.disabledAt} />
              {person.disabledReason ? `: ${person.disabledReason}` : null}
            </Status>
          </span>
        ) : null}
      </Td>
      <Td>
        {roleNames[person.role]}
        <span className="block text-muted text-small">
          {sources[person.isDemo ? "demo" : person.roleSource]}
        </span>
        {person.guestGroupRefs.length > 0 ? (
          <span className="block break-all font-mono text-muted text-small">
            {person.guestGroupRefs.join(", ")}
          </span>
        ) : null}
      </Td>
      <Td className="max-md:hidden">
        <CatalogPerson person={person} />
      </Td>
      <Td className="max-lg:hidden">
        {person.accounts.map((account) => (
          <span key={account.issuer + (account.login ?? account.subject)} className="block">
            {account.login ?? account.provider ?? account.issuer}
            <span className="block break-all text-muted text-small">
              {account.provider ?? account.issuer}
            </span>
          </span>
        ))}
      </Td>
      <Td className="text-muted max-lg:hidden">
        {person.signedInAt ? <RelativeTime at={person.signedInAt} /> : "Never"}
      </Td>
      <Td className="text-right">
        <PersonMenu person={person} returnTo={returnTo} />
      </Td>
    </Tr>
  );
}

function CatalogPerson({ person }: { person: PersonRow }) {
  const note = person.personNote ? (
    <span className="block text-small text-warning">{person.personNote}</span>
  ) : null;
  if (!person.personRef)
    return (
      <>
        <Status tone="warning">Not matched</Status>
        {note}
      </>
    );
  return (
    <>
      <TextLink href={entityHref(person.personRef)}>{person.personTitle ?? person.personRef}</TextLink>
      {note}
    </>
  );
}
