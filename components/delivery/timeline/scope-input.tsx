"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Input } from "#components/ui/input.tsx";
import { scopeChoices, scopeQuery } from "./scope-choices.ts";

type Props = { id: string; "aria-describedby": string | undefined; value: string };

/** A team, a system or a service; the browser offers those whose name fits what is typed. */
export function ScopeInput({ value, ...control }: Props) {
  const trpc = useTRPC();
  const listId = useId();
  const [text, setText] = useState(value);
  const [isUsed, setIsUsed] = useState(false);
  const { data } = useQuery({
    ...trpc.catalog.list.queryOptions(scopeQuery(text)),
    enabled: isUsed,
    placeholderData: (before) => before,
  });
  return (
    <>
      <Input
        {...control}
        name="ref"
        list={listId}
        value={text}
        maxLength={400}
        placeholder="payments"
        onFocus={() => setIsUsed(true)}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={listId}>
        {scopeChoices(data?.items ?? []).map(({ ref, words }) => (
          <option key={ref} value={ref}>
            {words}
          </option>
        ))}
      </datalist>
    </>
  );
}
