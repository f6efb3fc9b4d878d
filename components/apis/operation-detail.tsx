"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import type {
  Content,
  Example,
  Message,
  Operation,
  Parameter,
  Response,
  Schema,
} from "#server/apis/model.ts";
import { CodeSample } from "./code-sample.tsx";
import { Description } from "./description.tsx";
import { SchemaTree } from "./schema-tree.tsx";

type Shown = { schemas: Readonly<Record<string, Schema>>; hrefOf: (name: string) => string };
type Props = { entityRef: string; number: number; name: string; hrefOf: (name: string) => string };

/** All of one operation; asked for when it is opened. */
export function OperationDetail({ entityRef, number, name, hrefOf }: Props) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.apis.operation.queryOptions({ ref: entityRef, number, name }));
  const { operation, schemas } = data;
  const shown = { schemas, hrefOf };
  return (
    <div className="flex flex-col gap-4 pt-2 pb-4">
      <Words operation={operation} />
      <Parameters parameters={operation.parameters} shown={shown} />
      {operation.request ? (
        <Part title="Request" note={operation.request.isRequired ? "required" : "optional"}>
          {operation.request.description ? <Description text={operation.request.description} /> : null}
          <Contents contents={operation.request.contents} shown={shown} />
        </Part>
      ) : null}
      {operation.returns ? (
        <Part title="Gives back">
          <SchemaTree schema={operation.returns} {...shown} />
        </Part>
      ) : null}
      <Responses responses={operation.responses} shown={shown} />
      <Messages title="Messages" messages={operation.messages} shown={shown} />
      {operation.reply ? (
        <>
          {operation.reply.address ? <Line label="Replies on" words={operation.reply.address} /> : null}
          <Messages title="Replies" messages={operation.reply.messages} shown={shown} />
        </>
      ) : null}
      {operation.bindings ? (
        <Part title="Settings of the protocol">
          <CodeSample label="Settings of the protocol" text={operation.bindings} />
        </Part>
      ) : null}
    </div>
  );
}

function Words({ operation }: { operation: Operation }) {
  const { description, summary, operationId, servers, security, notes } = operation;
  return (
    <div className="flex flex-col gap-1">
      {description && description !== summary ? <Description text={description} /> : null}
      {operationId ? <Line label="Name" words={operationId} /> : null}
      {servers.length > 0 ? <Line label="Only on" words={servers.join(", ")} /> : null}
      {security ? (
        <Line
          label="Needs"
          words={
            security.length === 0
              ? "nothing"
              : security.map((way) => way.join(" and ") || "nothing").join(", or ")
          }
        />
      ) : null}
      {notes?.map((note) => (
        <p key={note} className="text-fg-soft text-small">
          {note}
        </p>
      ))}
      <span>
        <Button size="small" tone="quiet" onClick={() => void navigator.clipboard.writeText(location.href)}>
          <Copy aria-hidden size={14} />
          Copy link
        </Button>
      </span>
    </div>
  );
}

const Line = ({ label, words }: { label: string; words: string }) => (
  <p className="min-w-0 break-words text-small">
    <span className="text-muted">{label}: </span>
    <code className="font-mono">{words}</code>
  </p>
);

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h4 className="pb-1 font-medium text-table">
        {title}
        {note ? <span className="pl-2 font-normal text-muted text-small">{note}</span> : null}
      </h4>
      <div className="flex flex-col gap-2">{children}</div>
    </section>
  );
}

const placeWords: Record<Parameter["place"], string> = {
  path: "in the address",
  query: "in the query",
  header: "header",
  cookie: "cookie",
  argument: "argument",
};

function Parameters({ parameters, shown }: { parameters: readonly Parameter[]; shown: Shown }) {
  if (parameters.length === 0) return null;
  return (
    <Part title="Parameters">
      <ul>
        {parameters.map((parameter) => (
          <li
            key={`${parameter.place} ${parameter.name}`}
            className="border-line border-b py-1.5 last:border-b-0"
          >
            <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <code className="break-all font-medium font-mono text-small">{parameter.name}</code>
              <span className="text-muted text-small">{placeWords[parameter.place]}</span>
              {parameter.isRequired ? <span className="text-small text-warning">required</span> : null}
              {parameter.isDeprecated ? <span className="text-muted text-small">deprecated</span> : null}
            </div>
            {parameter.description ? (
              <Description text={parameter.description} className="text-small" />
            ) : null}
            <SchemaTree schema={parameter.schema} {...shown} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Contents({ contents, shown }: { contents: readonly Content[]; shown: Shown }) {
  return contents.map(({ type, schema, examples }) => (
    <div key={type} className="min-w-0">
      <p className="break-all font-mono text-muted text-small">{type}</p>
      {schema ? <SchemaTree schema={schema} {...shown} /> : null}
      <Examples examples={examples} />
    </div>
  ));
}

function Examples({ examples }: { examples: readonly Example[] }) {
  return examples.map(({ name, text }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat
    <details key={index} className="pt-1">
      <summary className="cursor-pointer rounded-tight text-fg-soft text-small">{name}</summary>
      <CodeSample label={name} text={text} />
    </details>
  ));
}

function Responses({ responses, shown }: { responses: readonly Response[]; shown: Shown }) {
  if (responses.length === 0) return null;
  return (
    <Part title="Answers">
      <ul>
        {responses.map((response) => (
          <li key={response.status} className="border-line border-b py-2 last:border-b-0">
            <p className="min-w-0 break-words text-table">
              <code className="font-medium font-mono">{response.status}</code>
              {response.description ? (
                <span className="pl-2 text-fg-soft">{response.description}</span>
              ) : null}
            </p>
            {response.headers.map((header) => (
              <div key={header.name} className="pl-3 text-small">
                <code className="font-mono">{header.name}</code> <span className="text-muted">header</span>
                {header.description ? <Description text={header.description} className="text-small" /> : null}
              </div>
            ))}
            <Contents contents={response.contents} shown={shown} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Messages({ title, messages, shown }: { title: string; messages: readonly Message[]; shown: Shown }) {
  if (messages.length === 0) return null;
  return (
    <Part title={title}>
      <ul>
        {messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat
          <li key={index} className="border-line border-b py-2 last:border-b-0">
            <p className="min-w-0 break-words">
              <code className="font-medium font-mono text-small">{message.name}</code>
              {message.contentType ? (
                <span className="pl-2 font-mono text-muted text-small">{message.contentType}</span>
              ) : null}
            </p>
            {message.title && message.title !== message.name ? (
              <p className="text-small">{message.title}</p>
            ) : null}
            {message.summary ? <Description text={message.summary} className="text-small" /> : null}
            {message.description ? <Description text={message.description} className="text-small" /> : null}
            {message.headers ? (
              <div className="pt-1">
                <p className="text-muted text-small">Headers</p>
                <SchemaTree schema={message.headers} {...shown} />
              </div>
            ) : null}
            {message.payload ? (
              <div className="pt-1">
                <p className="text-muted text-small">Payload</p>
                <SchemaTree schema={message.payload} {...shown} />
              </div>
            ) : null}
            <Examples examples={message.examples} />
          </li>
        ))}
      </ul>
    </Part>
  );
}
