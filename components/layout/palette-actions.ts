import { readPreference, setPreference } from "./preference.ts";
import { openHelp, startTour } from "./shell-events.ts";
import { signOut } from "./sign-out.ts";

export type Action = { label: string; run: () => void };

/** What can be done everywhere. */
export function shellActions({ toggleTheme }: { toggleTheme: () => void }): Action[] {
  return [
    { label: "Switch between light and dark", run: toggleTheme },
    {
      label: "Switch between normal and compact rows",
      run: () => setPreference("density", readPreference("density") === "compact" ? "normal" : "compact"),
    },
    { label: "Show keyboard shortcuts", run: openHelp },
    { label: "Take the tour", run: startTour },
    { label: "Sign out", run: () => void signOut() },
  ];
}

/** What can be done on this page: every control that carries `data-quick-action` with its words. */
export function pageActions(): Action[] {
  return [
    ...document.querySelectorAll<HTMLElement>("main [data-quick-action]:not([aria-disabled=true])"),
  ].map((control) => ({
    label: control.dataset.quickAction ?? "",
    run: () => control.click(),
  }));
}

/** Every word of the query begins a word of the label. */
export function matches(label: string, query: string): boolean {
  const words = label.toLowerCase().split(/\s+/);
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}
