/** A few lines out of a definition, such as an example. */
export function CodeSample({ label, text }: { label: string; text: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      className="max-h-80 max-w-full overflow-auto rounded-control border border-line bg-sunken p-2"
    >
      <pre className="font-mono text-small">{text}</pre>
    </section>
  );
}
