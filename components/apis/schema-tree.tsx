"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import type { Property, Schema } from "#server/apis/model.ts";
import { CodeSample } from "./code-sample.tsx";
import { Description } from "./description.tsx";
import { boundWords, hasInside, typeWords } from "./schema-words.ts";

type Schemas = Readonly<Record<string, Schema>>;
type Props = {
  schema: Schema;
  schemas: Schemas;
  /** Where a type is that did not come along. */
  hrefOf: (name: string) => string;
  /** Names of the types around this one: what contains itself is opened by hand. */
  trail?: readonly string[];
};

/** The shape of data as a tree: fields in lists within lists, types opened where one asks for them. */
export function SchemaTree({ schema, schemas, hrefOf, trail = [] }: Props) {
  const shown = { schemas, hrefOf, trail };
  return (
    <div className="min-w-0 text-table">
      <Value schema={schema} {...shown} />
      {hasInside(schema) ? <Inside schema={schema} {...shown} /> : null}
    </div>
  );
}

type Around = Omit<Required<Props>, "schema">;

function Value({ schema, schemas: _, hrefOf: _href, trail: _trail }: { schema: Schema } & Around) {
  const bounds = boundWords(schema);
  return (
    <div className="min-w-0">
      <span className="font-mono text-muted text-small">{typeWords(schema)}</span>
      {schema.title && schema.title !== schema.ref ? (
        <span className="text-muted text-small"> · {schema.title}</span>
      ) : null}
      {schema.isDeprecated ? <Mark>deprecated</Mark> : null}
      {schema.isReadOnly ? <Mark>read only</Mark> : null}
      {schema.isWriteOnly ? <Mark>write only</Mark> : null}
      {bounds.length > 0 ? <p className="break-all text-muted text-small">{bounds.join(", ")}</p> : null}
      {schema.enum ? <Values label="Values" values={schema.enum} /> : null}
      {schema.default !== undefined ? <Values label="Default" values={[schema.default]} /> : null}
      {schema.examples ? <Values label="For example" values={schema.examples} /> : null}
      {schema.note ? <p className="text-fg-soft text-small">{schema.note}</p> : null}
      {schema.description ? <Description text={schema.description} className="text-small" /> : null}
    </div>
  );
}

const Mark = ({ children }: { children: ReactNode }) => (
  <span className="ml-2">
    <Badge>{children}</Badge>
  </span>
);

function Values({ label, values }: { label: string; values: readonly string[] }) {
  return (
    <p className="min-w-0 break-words text-muted text-small">
      {label}:{" "}
      {values.slice(0, 30).map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values may repeat
        <span key={index}>
          {index > 0 ? ", " : ""}
          <code className="whitespace-pre-wrap font-mono text-fg-soft">{value}</code>
        </span>
      ))}
      {values.length > 30 ? ` and ${values.length - 30} more` : ""}
    </p>
  );
}

/** What lies inside of a schema; the name of a type and the brackets of a list are passed through. */
function Inside({ schema, ...around }: { schema: Schema } & Around) {
  if (schema.ref !== undefined) return <NamedType name={schema.ref} {...around} />;
  const groups = [
    ["One of", schema.oneOf],
    ["Any of", schema.anyOf],
    ["All of", schema.allOf],
  ] as const;
  return (
    <>
      {schema.properties ? <Fields properties={schema.properties} {...around} /> : null}
      {schema.items && hasInside(schema.items) ? <Inside schema={schema.items} {...around} /> : null}
      {typeof schema.additional === "object" && hasInside(schema.additional) ? (
        <Inside schema={schema.additional} {...around} />
      ) : null}
      {groups.map(([label, parts]) =>
        parts && parts.length > 0 ? (
          <div key={label}>
            <p className="pt-1 text-muted text-small">
              {label}
              {schema.discriminator ? `, told apart by "${schema.discriminator}"` : ""}
            </p>
            <ul className="border-line border-l pl-3">
              {parts.map((part, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no other identity
                <li key={index} className="py-1">
                  <Value schema={part} {...around} />
                  {hasInside(part) ? <Inside schema={part} {...around} /> : null}
                </li>
              ))}
            </ul>
          </div>
        ) : null,
      )}
      {schema.raw === undefined ? null : <CodeSample label="As described" text={schema.raw} />}
    </>
  );
}

function NamedType({ name, ...around }: { name: string } & Around) {
  const isAgain = around.trail.includes(name);
  const [isOpen, setIsOpen] = useState(!isAgain && around.trail.length < 1);
  const id = useId();
  const schema = Object.hasOwn(around.schemas, name) ? around.schemas[name] : undefined;
  if (!schema)
    return (
      <a
        href={around.hrefOf(name)}
        className="rounded-tight text-small underline decoration-line-strong underline-offset-3"
      >
        Show {name}
      </a>
    );
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        className="flex min-h-6 items-center gap-1 rounded-tight text-fg-soft text-small hover:text-fg"
      >
        <Arrow aria-hidden size={14} />
        {isOpen ? "Hide" : "Show"} {name}
        {isAgain ? " again" : ""}
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen ? <SchemaTree schema={schema} {...around} trail={[...around.trail, name]} /> : null}
      </div>
    </>
  );
}

const fieldsAtFirst = 60;

function Fields({ properties, ...around }: { properties: readonly Property[] } & Around) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? properties : properties.slice(0, fieldsAtFirst);
  return (
    <>
      <ul className="mt-1 border-line border-l pl-3">
        {shown.map((property) => (
          <li
            key={`${property.name} ${property.number ?? ""}`}
            className="border-line border-b py-1.5 last:border-b-0"
          >
            <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <code className="break-all font-medium font-mono text-small">{property.name}</code>
              {property.number === undefined ? null : (
                <span className="tabular text-muted text-small">= {property.number}</span>
              )}
              {property.isRequired ? <span className="text-small text-warning">required</span> : null}
            </div>
            <Value schema={property.schema} {...around} />
            {property.arguments ? (
              <p className="text-muted text-small">
                Takes {property.arguments.map((one) => `${one.name}: ${typeWords(one.schema)}`).join(", ")}
              </p>
            ) : null}
            {hasInside(property.schema) ? <Inside schema={property.schema} {...around} /> : null}
          </li>
        ))}
      </ul>
      {properties.length > shown.length ? (
        <button
          type="button"
          onClick={() => setIsWhole(true)}
          className="min-h-6 rounded-tight text-muted text-small hover:text-fg"
        >
          Show {properties.length - shown.length} more fields
        </button>
      ) : null}
    </>
  );
}
