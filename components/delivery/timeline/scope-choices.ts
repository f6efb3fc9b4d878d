const anything = { type: [], owner: [], lifecycle: [], tag: [], system: [], is: [] };

/** The widest first: of a team, a system and a service of one name the team is meant. */
const kindWords: Readonly<Record<string, string>> = { group: "Team", system: "System", component: "Service" };

/** What of the catalogue can be chosen, by a part of its name. A whole reference is looked for by its last part. */
export const scopeQuery = (text: string) => ({
  ...anything,
  kind: Object.keys(kindWords),
  query: text
    .trim()
    .replace(/^[a-z]+:([^/]*\/)?/i, "")
    .slice(0, 200),
  limit: 20,
});

type Found = { ref: string; name: string; title: string | null };

/** "Team Payments": as the list of suggestions shows it. */
export const scopeChoices = (items: readonly Found[]): { ref: string; words: string }[] =>
  items.map(({ ref, name, title }) => ({
    ref,
    words: [kindWords[ref.split(":")[0] ?? ""], title ?? name].filter(Boolean).join(" "),
  }));

const rankOf = ({ ref }: Found) => Object.keys(kindWords).indexOf(ref.split(":")[0] ?? "");

/**
 * Who writes a name alone means the entry of that name, or the only one that it is a part of; else it stays as it was written,
 * and is not found.
 */
export function scopeNamed(text: string, items: readonly Found[]): string {
  if (text.includes(":")) return text;
  const lower = text.toLowerCase();
  const named = items.filter(
    ({ name, title }) => name.toLowerCase() === lower || title?.toLowerCase() === lower,
  );
  const [first] =
    named.length > 0 ? named.toSorted((a, b) => rankOf(a) - rankOf(b)) : items.length === 1 ? items : [];
  return first?.ref ?? text;
}
