import { EmptyState } from "#components/ui/empty-state.tsx";

const examples: readonly (readonly [example: string, words: string])[] = [
  ["pay gate", "beginnings of words are enough"],
  ['"front door"', "words in quotes stand together"],
  ["owner:payments", "what a team owns; owner:me is yours"],
  ["kind:api tag:java", "also type:, system:, lifecycle:"],
  ["is:stale", "also is:mine, is:unowned, is:gone"],
];

/** Before anything is typed: what the box understands. */
export function SearchHints() {
  return (
    <EmptyState kind="nothing" title="Type what you look for">
      <p>Typing errors and other words for the same thing are allowed for.</p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-1">
        {examples.map(([example, words]) => (
          <div key={example} className="contents">
            <dt className="font-mono text-fg text-small">{example}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </EmptyState>
  );
}
