import { Link } from "#components/ui/link.tsx";
import { markEnd, markStart } from "#server/docs/model.ts";
import type { DocsHit } from "#server/docs/reads/search.ts";
import { docsHref } from "./docs-href.ts";

type Props = { hits: readonly DocsHit[]; label: string; isAcrossSites?: boolean; onOpen?: () => void };

/** Places in pages that hold what was looked for; each leads to its heading. */
export function DocsHits({ hits, label, isAcrossSites, onOpen }: Props) {
  if (hits.length === 0) return <p className="px-2 py-2 text-muted text-table">No page says this.</p>;
  return (
    <ul aria-label={label} className="flex flex-col">
      {hits.map((hit) => (
        <li key={`${hit.ref} ${hit.path} ${hit.anchor}`}>
          <Link
            href={docsHref(hit.ref, hit.path, hit.anchor)}
            {...(onOpen ? { onClick: onOpen } : {})}
            className="block rounded-tight px-2 py-1.5 hover:bg-hover ring-inside"
          >
            <span className="block font-medium text-table">
              {isAcrossSites ? <span className="font-normal text-muted">{hit.site} · </span> : null}
              {hit.page}
              {hit.title !== hit.page ? <span className="text-fg-soft"> · {hit.title}</span> : null}
            </span>
            <span className="line-clamp-2 text-fg-soft text-small">
              <Snippet text={hit.snippet} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Snippet({ text }: { text: string }) {
  return text.split(markStart).map((part, index) => {
    const [found, rest] = index === 0 ? [null, part] : part.split(markEnd, 2);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text
      <span key={index}>
        {found ? <mark className="rounded-[2px] bg-warning-tint text-fg">{found}</mark> : null}
        {rest}
      </span>
    );
  });
}
