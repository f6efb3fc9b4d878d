/** What the address of the queue asks for. Without a word of it: what the reader's own teams have. */
export type ReviewAsked = { mine: boolean; team?: string; service?: string };

export function reviewSearch(search: Readonly<Record<string, string | string[] | undefined>>): ReviewAsked {
  const { of } = search;
  const named = typeof of === "string" ? of : "";
  if (named === "") return { mine: true };
  if (named === "all") return { mine: false };
  return named.startsWith("component:") ? { mine: false, service: named } : { mine: false, team: named };
}

/** The value of the choice, and of the address. */
export const choiceOf = ({ mine, team, service }: ReviewAsked): string =>
  mine ? "" : (team ?? service ?? "all");

/** The queue of a team, of a service, of all ("all"), or of the reader's own teams (""). */
export const reviewHref = (choice: string): string =>
  choice === "" ? "/insights/review" : `/insights/review?of=${encodeURIComponent(choice)}`;
