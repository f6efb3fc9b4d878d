"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";

const classes = [
  { name: "personal", title: "About people" },
  { name: "contents", title: "Contents that people wrote" },
  { name: "secret", title: "Secrets, sealed or as hashes" },
] as const;

/** Every table and column that holds something about people, contents or secrets, as the schema has them. */
export function StoredDataTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.installation.storedData.queryOptions());
  return (
    <div className="flex flex-col gap-8 pt-4">
      {classes.map(({ name, title }) => {
        const rows = data.filter((row) => row.class === name);
        return (
          <Section key={name} title={title} count={rows.length}>
            <Table label={title} className="table-fixed">
              <thead>
                <tr>
                  <Th className="w-1/4 max-sm:w-1/2">What</Th>
                  <Th className="w-1/4 max-md:hidden">Why</Th>
                  <Th>How long</Th>
                  <Th className="w-1/4 max-sm:hidden">Where</Th>
                  <Th isNumber className="w-24 max-lg:hidden">
                    About
                  </Th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Tr key={`${row.table} ${row.columns.join(" ")}`}>
                    <Td className="py-2 align-top">
                      {row.what}
                      <p className="text-muted text-small md:hidden">{row.why}</p>
                      <p className="break-words font-mono text-muted text-small sm:hidden">
                        {row.table}: {row.columns.join(", ")}
                      </p>
                    </Td>
                    <Td className="py-2 align-top text-fg-soft max-md:hidden">{row.why}</Td>
                    <Td className="py-2 align-top text-fg-soft">{row.howLong}</Td>
                    <Td className="break-words py-2 align-top max-sm:hidden">
                      <code className="font-mono text-small">{row.table}</code>
                      <p className="font-mono text-muted text-small">{row.columns.join(", ")}</p>
                    </Td>
                    <Td isNumber className="py-2 align-top text-muted max-lg:hidden">
                      {row.rows === null ? "—" : `${numberText(Math.round(row.rows))} rows`}
                    </Td>
                  </Tr>
                ))}
              </tbody>
            </Table>
          </Section>
        );
      })}
    </div>
  );
}
