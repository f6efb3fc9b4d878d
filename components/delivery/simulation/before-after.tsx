/** Two values of one thing: one where they are the same, else both, which also a reader tells apart. */
export function BeforeAfter({ before, after }: { before: string; after: string }) {
  if (before === after) return <span className="text-muted">{before}</span>;
  return (
    <span className="whitespace-nowrap">
      <span className="sr-only">now </span>
      <span className="text-fg-soft">{before}</span>
      <span aria-hidden className="px-1 text-muted">
        →
      </span>
      <span className="sr-only">, then </span>
      <span className="font-medium">{after}</span>
    </span>
  );
}
