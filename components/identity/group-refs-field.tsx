"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useState } from "react";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

type Props = {
  label: string;
  help: string;
  refs: readonly string[];
  onChange: (refs: string[]) => void;
  error?: string | null;
};

/** Groups of the catalogue, chosen one after the other; the browser offers those whose name fits. */
export function GroupRefsField({ label, help, refs, onChange, error }: Props) {
  const [text, setText] = useState("");
  const add = () => {
    const ref = text.trim().toLowerCase();
    if (ref && !refs.includes(ref)) onChange([...refs, ref]);
    setText("");
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} help={help} error={error}>
        {(control) => (
          <span className="flex gap-2">
            <GroupInput {...control} value={text} onChange={setText} />
            <Button onClick={add} disabledReason={text.trim() ? null : "Write or choose a group first"}>
              Add
            </Button>
          </span>
        )}
      </Field>
      {refs.length > 0 ? (
        <ul className="flex flex-wrap gap-1" aria-label={`${label}: chosen`}>
          {refs.map((ref) => (
            <li key={ref}>
              <button
                type="button"
                aria-label={`Remove ${ref}`}
                onClick={() => onChange(refs.filter((other) => other !== ref))}
                className="inline-flex h-6 items-center gap-1 rounded-tight bg-neutral-tint pr-1 pl-2 font-mono text-small hover:bg-pressed"
              >
                {ref}
                <X aria-hidden size={12} className="text-muted" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const anything = { type: [], owner: [], lifecycle: [], tag: [], system: [], is: [] };

type InputProps = { id: string; value: string; onChange: (value: string) => void };

/** One group: `group:default/payments`, or whatever part of its name. */
export function GroupInput({ value, onChange, ...control }: InputProps) {
  const trpc = useTRPC();
  const listId = useId();
  const query = value.replace(/^group:[^/]*\/?/, "");
  const { data } = useQuery({
    ...trpc.catalog.list.queryOptions({ ...anything, kind: ["group"], query, limit: 20 }),
    placeholderData: (before) => before,
  });
  return (
    <>
      <Input
        {...control}
        list={listId}
        value={value}
        maxLength={200}
        placeholder="group:default/…"
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={listId}>
        {data?.items.map(({ ref, title, name }) => (
          <option key={ref} value={ref}>
            {title ?? name}
          </option>
        ))}
      </datalist>
    </>
  );
}
