import { notFound } from "#server/core/errors.ts";
import { normaliseRef } from "../entity-ref.ts";
import type { EntityLink } from "../model.ts";

/** The known spelling of a reference that somebody typed or linked. Throws where it is none. */
export function knownRef(text: string): string {
  const ref = normaliseRef(text);
  if (ref === null)
    throw notFound(`"${text.slice(0, 100)}" is not a reference such as component:default/name`);
  return ref;
}

export const noSuchEntry = (ref: string) => notFound(`The catalog has no entry ${ref.slice(0, 200)}`);

/** A link to what the catalogue has under a reference, or to nothing. */
export function linkOf(
  ref: string,
  row: {
    kind: string | null;
    name: string | null;
    title: string | null;
    type: string | null;
    isGone: boolean | null;
  } | null,
): EntityLink {
  const [kind = "", rest = ""] = ref.split(":", 2);
  return {
    ref,
    kind: row?.kind ?? kind,
    name: row?.name ?? rest.slice(rest.indexOf("/") + 1),
    title: row?.title ?? null,
    type: row?.type ?? null,
    isDangling: !row?.kind,
    isFileGone: row?.isGone ?? false,
  };
}
