"use client";

import type { ListPeople } from "#server/identity/people/inputs.ts";
import { PeopleTable } from "./people-table.tsx";

/** The page of people that the address asks for. */
export function PeopleList({ filter }: { filter: ListPeople }) {
  const nextHref = (cursor: string) => {
    const { query, filter: who } = filter;
    return `/admin/people?${new URLSearchParams({ query, filter: who, cursor }).toString()}`;
  };
  return <PeopleTable filter={filter} nextHref={nextHref} returnTo="/admin/people" />;
}
