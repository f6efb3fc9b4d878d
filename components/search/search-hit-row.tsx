import { BookOpen } from "lucide-react";
import { splitRef } from "#components/catalog/entity-href.ts";
import { EntityMark } from "#components/catalog/entity-mark.tsx";
import { KindIcon } from "#components/catalog/kind-icon.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import type { EntryHit, SearchHit } from "#server/search/model.ts";
import { hitHref } from "./hit-href.ts";
import { MarkedText } from "./marked-text.tsx";

/** One result: what it is called, what it is, whose, and the piece of text that holds what was looked for. */
export function SearchHitRow({ hit, onOpen }: { hit: SearchHit; onOpen: () => void }) {
  return (
    <li data-row className="border-line border-b py-3">
      <p className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
        {hit.group === "docs" ? (
          <BookOpen aria-hidden size={16} strokeWidth={1.5} className="shrink-0 text-muted" />
        ) : (
          <KindIcon kind={hit.kind} />
        )}
        <Link
          href={hitHref(hit)}
          onClick={onOpen}
          data-row-link
          className="min-w-0 break-words rounded-tight font-medium text-table hover:underline hover:underline-offset-3"
        >
          {hit.group === "docs" ? hit.page : (hit.title ?? hit.name)}
        </Link>
        <span className="min-w-0 truncate text-muted text-small">{kindOf(hit)}</span>
        {hit.isMine ? <Badge>Yours</Badge> : null}
        {hit.group === "docs" ? null : <Standing hit={hit} />}
      </p>
      {hit.snippet ? (
        <p className="mt-0.5 line-clamp-2 max-w-[760px] break-words text-fg-soft text-table">
          <MarkedText text={hit.snippet} />
        </p>
      ) : null}
    </li>
  );
}

function kindOf(hit: SearchHit): string {
  if (hit.group !== "docs") return hit.type ? `${hit.kind}, ${hit.type}` : hit.kind;
  return hit.title === hit.page ? hit.site : `${hit.title}, ${hit.site}`;
}

function Standing({ hit }: { hit: EntryHit }) {
  return (
    <>
      {hit.isGone ? (
        <Status tone="warning" className="text-small">
          file is gone
        </Status>
      ) : null}
      {hit.trust === "stale" && !hit.isGone ? (
        <Status tone="warning" className="text-small">
          not looked at for long
        </Status>
      ) : null}
      {hit.owner ? (
        <span className="ml-auto max-w-60 text-small">
          <EntityMark entity={markOf(hit.owner)} isQuiet />
        </span>
      ) : null}
    </>
  );
}

/** An owner without a title is none that the reader sees. */
function markOf({ ref, title }: NonNullable<EntryHit["owner"]>) {
  const { kind, name } = splitRef(ref);
  return { ref, kind, name, title, type: null, isDangling: title === null, isFileGone: false };
}
