"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { TextLink } from "#components/ui/text-link.tsx";
import type { CheckResult } from "#server/discovery/check/model.ts";
import { CheckState } from "./check-state.tsx";
import { entityHref } from "./entity-href.ts";

/** What one head of a branch would do to the catalogue. */
export function CheckReport({ id }: { id: string }) {
  const trpc = useTRPC();
  const { data: check } = useSuspenseQuery(
    trpc.checks.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.state === "waiting" ? 2_000 : false) },
    ),
  );
  const title = check.pullRequest
    ? `${check.repository} #${check.pullRequest}`
    : `${check.repository}, ${check.branch}`;
  const href = check.pullRequest
    ? `${check.repositoryUrl}/pull/${check.pullRequest}`
    : `${check.repositoryUrl}/tree/${check.branch}`;
  return (
    <>
      <PageHeader
        path={[
          { label: "Catalog", href: "/catalog" },
          { label: "Checks", href: "/catalog/checks" },
        ]}
        title={title}
        badges={<CheckState check={check} />}
        summary={
          <>
            {check.summary ? `${check.summary}. ` : ""}
            <TextLink href={href}>{check.headSha.slice(0, 10)}</TextLink> of {check.branch},{" "}
            <RelativeTime at={check.createdAt} />
          </>
        }
      />
      <div className="flex max-w-[960px] flex-col gap-6 border-line border-t pt-5">
        {check.failure ? (
          <Notice
            tone={check.state === "waiting" ? "warning" : "danger"}
            title={check.state === "waiting" ? "It is tried again" : "The change could not be looked at"}
          >
            {asSentence(check.failure)}
          </Notice>
        ) : null}
        {check.untold ? (
          <Notice tone="neutral" title="This stands in the portal alone">
            {asSentence(check.untold)}
          </Notice>
        ) : null}
        {check.result ? <Result result={check.result} /> : null}
      </div>
    </>
  );
}

function Result({ result }: { result: CheckResult }) {
  const { errors, added, changed, renamed, removed, broken, affected, warnings } = result;
  return (
    <>
      <Part title="Errors" items={errors.map(findingItem)} />
      <Part
        title="Added"
        items={added.map(({ ref, file, line }) => [ref, <Mono key="r">{ref}</Mono>, `${file}:${line}`])}
      />
      <Part
        title="Changed"
        items={changed.map(({ ref, fields, file }) => [
          ref,
          <span key="r">
            <Ref value={ref} />
            {fields.map(({ at, from, to }) => (
              <span key={`${at}${from}${to}`} className="block break-words pl-4 text-fg-soft">
                <Mono>{at}</Mono>: {from ?? "nothing"} → {to ?? "nothing"}
              </span>
            ))}
          </span>,
          file,
        ])}
      />
      <Part
        title="Renamed"
        items={renamed.map(({ from, to, file }) => [
          from,
          <span key="r">
            <Ref value={from} /> becomes <Mono>{to}</Mono>
          </span>,
          file,
        ])}
      />
      <Part
        title="Removed"
        note="They stay in the catalog, marked as gone, until somebody removes them."
        items={removed.map(({ ref, file }) => [ref, <Ref key="r" value={ref} />, file])}
      />
      <Part
        title="Broken references"
        items={broken.map(({ ref, target, file, line, ownerRef, suggestion }) => [
          `${ref} ${target}`,
          <span key="r">
            {file ? <Mono>{ref}</Mono> : <Ref value={ref} />} names <Mono>{target}</Mono>
            {suggestion ? (
              <>
                : did you mean <Ref value={suggestion} />?
              </>
            ) : null}
          </span>,
          file ? `${file}:${line}` : `in another place${ownerRef ? `, of ${ownerRef}` : ""}`,
        ])}
      />
      <Part
        title="Affected"
        note="Entries of other places that rest on what changes, by owner."
        items={affected.map(({ ownerRef, refs }) => [
          ownerRef ?? "",
          <span key="r" className="flex flex-wrap gap-x-3">
            {refs.map((ref) => (
              <Ref key={ref} value={ref} />
            ))}
          </span>,
          ownerRef ?? "no owner",
        ])}
      />
      <Part title="Warnings" items={warnings.map(findingItem)} />
    </>
  );
}

type Item = [key: string, what: ReactNode, where: string | null];

const findingItem = ({ ref, file, line, message }: CheckResult["errors"][number]): Item => [
  `${ref}${file}${line}${message}`,
  message,
  [ref, file && line ? `${file}:${line}` : file].filter(Boolean).join(", "),
];

function Part({ title, note, items }: { title: string; note?: string; items: readonly Item[] }) {
  if (items.length === 0) return null;
  return (
    <Section title={title} count={numberText(items.length)}>
      {note ? <p className="pb-1 text-fg-soft text-table">{note}</p> : null}
      <ul>
        {items.map(([key, what, where]) => (
          <li key={key} className="border-line border-b py-2 text-table last:border-b-0">
            <div className="min-w-0 break-words">{what}</div>
            {where ? <div className="break-all font-mono text-muted text-small">{where}</div> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const Mono = ({ children }: { children: ReactNode }) => (
  <span className="break-all font-mono text-small">{children}</span>
);
const Ref = ({ value }: { value: string }) => (
  <TextLink href={entityHref(value)} className="break-all">
    {value}
  </TextLink>
);
