"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useTransition } from "react";
import { entityHref } from "#components/catalog/entity-href.ts";
import { EntityMark } from "#components/catalog/entity-mark.tsx";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { WhoseAnswer } from "#server/whose/model.ts";

/** Paste anything that has a name in production, and see who owns it. The address holds the question. */
export function WhoseSearch({ text }: { text: string }) {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = String(new FormData(event.currentTarget).get("text") ?? "").trim();
    start(() =>
      router.replace(asked ? `/catalog/whose?text=${encodeURIComponent(asked)}` : "/catalog/whose"),
    );
  };
  return (
    <div className="flex flex-col gap-6 pt-4">
      <search className="max-w-[680px]">
        <form onSubmit={submit}>
          <Field
            label="What you have"
            help="A hostname, image, repository path, namespace, queue, cost tag or the address of an alert"
          >
            {(control) => (
              <span className="flex gap-2">
                <Input
                  {...control}
                  key={text}
                  name="text"
                  maxLength={1000}
                  defaultValue={text}
                  autoComplete="off"
                />
                <Button tone="primary" type="submit" isBusy={isPending}>
                  Find
                </Button>
              </span>
            )}
          </Field>
        </form>
      </search>
      {text ? <Answers text={text} /> : <Examples />}
    </div>
  );
}

const examples: readonly (readonly [example: string, words: string])[] = [
  ["ledger.example.com", "a hostname, or any address on it"],
  ["registry.example.com/acme/ledger:1.4", "an image, by tag or digest"],
  ["acme/ledger/src/server.ts", "a path in a repository"],
  ["team=payments", "a cost tag, namespace or queue as it stands in an annotation or label"],
];

function Examples() {
  return (
    <dl
      aria-label="Such as"
      className="grid max-w-[680px] gap-x-6 gap-y-2 text-table sm:grid-cols-[auto_1fr]"
    >
      {examples.map(([example, words]) => (
        <div key={example} className="sm:contents">
          <dt className="break-all font-mono text-small leading-5">{example}</dt>
          <dd className="text-fg-soft">{words}</dd>
        </div>
      ))}
    </dl>
  );
}

function Answers({ text }: { text: string }) {
  const trpc = useTRPC();
  const { data, error, isPending } = useQuery(trpc.whose.ask.queryOptions({ text }));
  if (isPending) return <SkeletonRows rows={3} label="Looking" />;
  if (error)
    return (
      <p role="alert" className="text-danger text-table">
        {errorWords(error).sentence}
      </p>
    );
  if (data.items.length === 0)
    return (
      <EmptyState kind="nothing" title="Nothing in the catalog names this">
        An annotation, label, link or repository of an entry has to say it. Its owners can add one beside the
        file.
      </EmptyState>
    );
  return (
    <ol className="flex max-w-[860px] flex-col" aria-label="Likeliest first">
      {data.items.map((item) => (
        <Answer key={item.ref} item={item} />
      ))}
    </ol>
  );
}

function Answer({ item }: { item: WhoseAnswer }) {
  return (
    <li className="border-line border-b py-3 first:border-t">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <TextLink href={entityHref(item.ref)} className="font-medium">
          {item.title ?? item.name}
        </TextLink>
        <span className="text-muted text-small">{item.kind}</span>
        <span className="ml-auto text-table">
          {item.owner ? (
            <EntityMark entity={item.owner} isQuiet />
          ) : (
            <span className="text-muted">No owner</span>
          )}
        </span>
      </p>
      <ul className="pt-1 text-fg-soft text-small">
        {item.evidence.map(({ words }) => (
          <li key={words} className="break-words">
            {words}
          </li>
        ))}
      </ul>
      <p className="flex flex-wrap gap-x-4 pt-1 text-muted text-small">
        {item.onCall ? <TextLink href={item.onCall}>On call</TextLink> : null}
        <span>
          {item.lastDeployedAt ? (
            <>
              Last deployed <RelativeTime at={item.lastDeployedAt} />
            </>
          ) : (
            <>
              Changed <RelativeTime at={item.updatedAt} />
            </>
          )}
        </span>
      </p>
    </li>
  );
}
