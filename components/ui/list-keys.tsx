"use client";

import { useEffect } from "react";
import { areKeysFree } from "./typing.ts";

/** j and k move between the rows of the page's list, x selects the row, Enter opens it (it is a link). */
export function ListKeys() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!areKeysFree(event)) return;
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "x")
        rowOf(document.activeElement)?.querySelector<HTMLElement>("[data-row-select]")?.click();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return null;
}

const rowOf = (element: Element | null) => element?.closest("[data-row]") ?? null;

function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll("main [data-row]")];
  const current = rowOf(document.activeElement);
  const at = current ? rows.indexOf(current) : -1;
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step;
  rows[next]?.querySelector<HTMLElement>("[data-row-link]")?.focus({ focusVisible: true } as FocusOptions);
}
