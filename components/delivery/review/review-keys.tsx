"use client";

import { useEffect } from "react";
import { ListKeys } from "#components/ui/list-keys.tsx";
import { areKeysFree } from "#components/ui/typing.ts";

const buttons: Readonly<Record<string, string>> = { y: "confirm", n: "reject" };

/** Besides moving and choosing: y confirms and n rejects the row in focus, and the next row is in focus then. */
export function ReviewKeys() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const verdict = buttons[event.key];
      if (!verdict || !areKeysFree(event)) return;
      const row = document.activeElement?.closest("[data-row]");
      const button = row?.querySelector<HTMLElement>(`[data-verdict="${verdict}"]`);
      if (!row || !button) return;
      event.preventDefault();
      button.click();
      const next = row.nextElementSibling ?? row.previousElementSibling;
      next?.querySelector<HTMLElement>("[data-row-link]")?.focus({ focusVisible: true } as FocusOptions);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return <ListKeys />;
}
