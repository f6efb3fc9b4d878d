import { findDomainError } from "#server/core/errors.ts";

/**
 * Goes through several lists of one host, past those that are hidden or gone: one organisation that was renamed holds no
 * other up. The first of these troubles is thrown in the end; every other one at once.
 */
export async function* pastHidden<Page>(lists: Iterable<AsyncIterable<Page>>): AsyncGenerator<Page> {
  let hidden: { error: unknown } | undefined;
  for (const list of lists)
    try {
      yield* list;
    } catch (error) {
      if (!["forbidden", "not_found"].includes(findDomainError(error)?.code ?? "")) throw error;
      hidden ??= { error };
    }
  if (hidden) throw hidden.error;
}
