import { Fragment } from "react";
import { classes } from "#components/ui/classes.ts";

type Props = { text: string; className?: string };

/**
 * A description out of a definition: paragraphs and lists as they stand, `code` and **strong** words. It is foreign text,
 * so nothing else of its Markdown is followed: no HTML, no image, no address.
 */
export function Description({ text, className }: Props) {
  return (
    <div className={classes("max-w-[720px] space-y-2 break-words text-fg-soft text-table", className)}>
      {text
        .trim()
        .split(/\n{2,}/)
        .slice(0, 200)
        .map((paragraph, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a paragraph is its place
          <p key={index} className="whitespace-pre-line">
            <Words text={paragraph.replace(/^#{1,6}\s+/gm, "").replace(/!?\[([^\]]*)\]\(([^)]*)\)/g, "$1")} />
          </p>
        ))}
    </div>
  );
}

function Words({ text }: { text: string }) {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
    <Fragment key={index}>
      {part.startsWith("`") && part.length > 2 ? (
        <code className="rounded-tight bg-sunken px-1 font-mono text-small">{part.slice(1, -1)}</code>
      ) : part.startsWith("**") && part.length > 4 ? (
        <strong className="font-semibold text-fg">{part.slice(2, -2)}</strong>
      ) : (
        part
      )}
    </Fragment>
  ));
}
