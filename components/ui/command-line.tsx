import { Copy } from "lucide-react";
import { Fragment } from "react";

/** A command to run (or whatever else `what` says), with one press to copy it. */
export function CommandLine({ command, what = "command" }: { command: string; what?: string }) {
  return (
    <div className="flex w-full min-w-0 max-w-[480px] items-center gap-2 rounded-control border border-line-strong bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 whitespace-pre-wrap text-left font-mono text-small [overflow-wrap:anywhere]">
        {/* A break belongs between two words, not after a hyphen of an option. */}
        {command.split(" ").map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
          <Fragment key={index}>
            {index > 0 ? " " : null}
            <span className="inline-block max-w-full">{word}</span>
          </Fragment>
        ))}
      </code>
      <button
        type="button"
        data-copy={command}
        data-tip={`Copy ${what}`}
        aria-label={`Copy ${what}: ${command}`}
        className="inline-flex size-6 items-center justify-center rounded-tight text-muted hover:bg-hover hover:text-fg"
      >
        <Copy aria-hidden size={14} />
      </button>
    </div>
  );
}
