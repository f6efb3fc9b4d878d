/** A key or a sequence: `<Kbd keys="g c" />`, `<Kbd keys="⌘K" />`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-tight border border-line-strong bg-canvas px-1 font-sans text-muted text-small"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
