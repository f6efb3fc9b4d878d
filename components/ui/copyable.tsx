import { Copy } from "lucide-react";
import { classes } from "./classes.ts";

type Props = {
  text: string /** What it is, for the name: "Copy reference". */;
  label: string;
  shown?: string;
  className?: string;
};

/** A ref, sha or command that is copied by a press (copy-layer.tsx does the copying, so this needs no script). */
export function Copyable({ text, label, shown = text, className }: Props) {
  return (
    <button
      type="button"
      data-copy={text}
      data-tip={label}
      aria-label={`${label}: ${text}`}
      className={classes(
        "group -mx-1 -my-0.5 inline-flex h-6 min-w-0 max-w-[calc(100%+8px)] items-center gap-1.5 rounded-tight px-1 font-mono text-fg-soft text-small hover:bg-hover hover:text-fg",
        className,
      )}
    >
      <span className="truncate">{shown}</span>
      <Copy
        aria-hidden
        size={12}
        className="text-muted opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
      />
    </button>
  );
}
