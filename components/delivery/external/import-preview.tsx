"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { Table, Td } from "#components/ui/table.tsx";
import {
  type Columns,
  externalKinds,
  externalKindWords,
  type LeadTimeUnit,
  leadTimeUnits,
  neededRoles,
  type Preview,
  type Role,
  rolesOf,
  roleWords,
} from "#server/delivery/external/model.ts";
import type { Chosen } from "./import-file.tsx";
import { ProblemList } from "./problem-list.tsx";

type Props = {
  preview: Preview;
  timeZone: string;
  isBusy: boolean;
  onChange: (chosen: Chosen) => void;
};

/** How a file would be read, column by column; each guess can be put right. */
export function ImportPreview({ preview, timeZone, isBusy, onChange }: Props) {
  const { kind, mapping, columns, rows, readable, problems, refusal } = preview;
  return (
    <div className="flex flex-col gap-4" aria-busy={isBusy}>
      <div className="grid max-w-[960px] gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Field label="Rows">
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={({ target }) =>
                onChange({ kind: externalKinds.find((one) => one === target.value), mapping: undefined })
              }
              options={externalKinds.map((value) => ({ value, label: externalKindWords[value] }))}
            />
          )}
        </Field>
        {rolesOf[kind].map((role) => (
          <ColumnField
            key={role}
            role={role}
            columns={columns}
            mapping={mapping}
            isOptional={!neededRoles[kind].includes(role)}
            onChange={(next) => onChange({ kind, mapping: next })}
          />
        ))}
        {kind === "weeks" && mapping.leadTime ? (
          <Field label="Change lead time is in">
            {(control) => (
              <Select
                {...control}
                value={preview.unit}
                onChange={({ target }) => onChange({ kind, mapping, unit: target.value as LeadTimeUnit })}
                options={leadTimeUnits.map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
        ) : null}
        {kind === "deployments" ? (
          <Field label="Time zone" help="For times that name no offset">
            {(control) => (
              <Input
                {...control}
                key={timeZone}
                defaultValue={timeZone}
                onBlur={({ target }) => {
                  if (target.value !== timeZone) onChange({ kind, mapping, timeZone: target.value });
                }}
              />
            )}
          </Field>
        ) : null}
      </div>
      <p role="status" className="text-fg-soft text-table">
        {refusal
          ? asSentence(refusal)
          : `${numberText(readable)} of ${countText(rows, "row")} can be read.${readable < rows ? " The others are skipped:" : ""}`}
      </p>
      <ProblemList problems={problems} total={rows - readable} />
      <Sample preview={preview} />
    </div>
  );
}

type ColumnProps = {
  role: Role;
  columns: readonly string[];
  mapping: Columns;
  isOptional: boolean;
  onChange: (mapping: Columns) => void;
};

function ColumnField({ role, columns, mapping, isOptional, onChange }: ColumnProps) {
  const none = { value: "", label: "No column" };
  return (
    <Field label={roleWords[role]} isOptional={isOptional}>
      {(control) => (
        <Select
          {...control}
          value={mapping[role] ?? ""}
          onChange={({ target }) => onChange({ ...mapping, [role]: target.value || undefined })}
          options={[none, ...columns.map((value) => ({ value, label: value }))]}
        />
      )}
    </Field>
  );
}

function Sample({ preview: { columns, sample } }: { preview: Preview }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section aria-label="The first rows" tabIndex={0} className="max-w-full overflow-x-auto">
      <Table label="The first rows of the file">
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                className="h-8 whitespace-nowrap border-line border-b px-2 text-left font-medium text-muted text-small first:pl-0"
              >
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a file have no other name
            <tr key={row}>
              {columns.map((column, index) => (
                <Td key={column} className="max-w-60 truncate">
                  {cells[index]}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
