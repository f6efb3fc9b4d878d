"use client";

import { type FormEvent, type ReactNode, useEffect, useRef } from "react";

type Props = { onSubmit: (event: FormEvent) => void; children: ReactNode };

/** Opens in the middle of a long drawer: the whole form, with its buttons, comes into view, and its first field has the focus. */
export function DecisionForm({ onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector("textarea")?.focus({ preventScroll: true });
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="flex scroll-my-4 flex-col gap-3 py-1">
      {children}
    </form>
  );
}
