import { markEnd, markStart } from "#server/search/model.ts";

/** A snippet with what was found marked. Text throughout: what stands in it is never read as HTML. */
export function MarkedText({ text }: { text: string }) {
  return text.split(markStart).map((part, index) => {
    const end = index === 0 ? -1 : part.indexOf(markEnd);
    const found = end === -1 ? "" : part.slice(0, end);
    const rest = end === -1 ? part : part.slice(end + 1);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text
      <span key={index}>
        {found ? <mark className="rounded-[2px] bg-warning-tint text-fg">{found}</mark> : null}
        {rest.replaceAll(markEnd, "")}
      </span>
    );
  });
}
