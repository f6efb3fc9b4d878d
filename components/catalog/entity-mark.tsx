import { FileX, Unlink } from "lucide-react";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import type { EntityLink } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";
import { KindIcon } from "./kind-icon.tsx";

/** Another catalogue entry in one line: what it is, its name, and what is wrong with it. */
export function EntityMark({
  entity,
  isQuiet,
}: {
  entity: EntityLink /** Without icon and type, for running facts. */;
  isQuiet?: boolean;
}) {
  const name = entity.title ?? entity.name;
  return (
    <span className="flex min-w-0 items-center gap-2">
      {isQuiet ? null : <KindIcon kind={entity.kind} />}
      {entity.isDangling ? (
        <span className="min-w-0 truncate" title={entity.ref}>
          {entity.name}
        </span>
      ) : (
        <Link
          href={entityHref(entity.ref)}
          title={entity.ref}
          className="min-w-0 truncate rounded-tight font-medium hover:underline hover:underline-offset-3"
        >
          {name}
        </Link>
      )}
      {isQuiet || !entity.type ? null : <span className="shrink-0 text-muted text-small">{entity.type}</span>}
      {entity.isDangling ? (
        <Status tone="warning" icon={Unlink} className="shrink-0 text-fg-soft text-small">
          points to nothing
        </Status>
      ) : null}
      {entity.isFileGone ? (
        <Status tone="warning" icon={FileX} className="shrink-0 text-fg-soft text-small">
          file is gone
        </Status>
      ) : null}
    </span>
  );
}
