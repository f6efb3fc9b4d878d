import type { ReactNode } from "react";

/** A key or a sequence: `<Kbd keys="g c" />`, `<Kbd keys="⌘K" />`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-tight border border-line-strong bg-canvas px-1 font-sans text-muted text-small"
        >
          {key.startsWith("⌘") ? <CommandKey letter={key.slice(1)} /> : key}
        </kbd>
      ))}
    </span>
  );
}

/** ⌘K on Apple's keyboards, Ctrl K on all others; the page says which one it is for (`data-keyboard` of html). */
export function CommandKey({ letter }: { letter: string }): ReactNode {
  return (
    <>
      <span className="apple-keys">⌘{letter}</span>
      <span className="other-keys">Ctrl {letter}</span>
    </>
  );
}
