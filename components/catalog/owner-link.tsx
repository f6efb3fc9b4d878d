import { FileX, Unlink } from "lucide-react";
import { Link } from "#components/ui/link.tsx";
import { entityHref } from "./entity-href.ts";
import { shortName } from "./facet-words.ts";

type Props = {
  ownerRef: string;
  title: string | null /** In the catalog, and its file still there. */;
  isKnown: boolean;
};

/** The owning team or person. One that the catalog never had is marked instead of linked; of one that left, the title remains. */
export function OwnerLink({ ownerRef, title, isKnown }: Props) {
  const name = title ?? shortName(ownerRef);
  if (!isKnown && title === null) {
    return (
      <span className="flex min-w-0 items-center gap-1.5" data-tip={`${ownerRef} points to nothing`}>
        <Unlink aria-hidden size={14} className="text-warning" />
        <span className="truncate">{name}</span>
        <span className="sr-only">, points to nothing</span>
      </span>
    );
  }
  return (
    <Link
      href={entityHref(ownerRef)}
      className="flex min-w-0 items-center gap-1.5 rounded-tight hover:underline hover:underline-offset-3"
      {...(isKnown ? { "data-tip-clipped": "" } : { "data-tip": "The owner's file is gone" })}
    >
      {isKnown ? null : <FileX aria-hidden size={14} className="text-warning" />}
      <span className="truncate">{name}</span>
      {isKnown ? null : <span className="sr-only">, the file is gone</span>}
    </Link>
  );
}
