import { eq } from "drizzle-orm";
import picomatch from "picomatch";
import { discoveryScopes } from "#db/schema/discovery.ts";
import type { Ctx } from "#server/core/context.ts";
import { type Scope, usualScope } from "./model.ts";

/** What of a connection is looked at; the usual where nobody said otherwise. */
export async function readScope(ctx: Ctx, connectionId: string): Promise<Scope> {
  const [row] = await ctx.db
    .select({
      paths: discoveryScopes.paths,
      branch: discoveryScopes.branch,
      included: discoveryScopes.included,
      excluded: discoveryScopes.excluded,
      withArchived: discoveryScopes.withArchived,
      withForks: discoveryScopes.withForks,
      withPeople: discoveryScopes.withPeople,
      withProposals: discoveryScopes.withProposals,
    })
    .from(discoveryScopes)
    .where(eq(discoveryScopes.connectionId, connectionId));
  return row ?? usualScope;
}

const options = { dot: true, nonegate: true, noextglob: true };

/** Folders in which files are examples of catalogue files, or copies of somebody else's. */
const foreign = picomatch(["**/node_modules/**", "**/vendor/**"], options);

export function catalogueFileMatcher(scope: Pick<Scope, "paths">): (path: string) => boolean {
  const isMatch = picomatch(scope.paths, options);
  return (path) => isMatch(path) && !foreign(path);
}

type Judged = { fullName: string; isArchived: boolean; isFork: boolean };

/** Why a repository is left out, as a sentence; null where it is looked at. */
export function leftOutReason(scope: Scope, repository: Judged): string | null {
  const name = repository.fullName.toLowerCase();
  if (repository.isArchived && !scope.withArchived)
    return "It is archived, and archived repositories are left out";
  if (repository.isFork && !scope.withForks) return "It is a fork, and forks are left out";
  if (scope.included.length > 0 && !picomatch(scope.included.map(lower), options)(name))
    return "It is none of the repositories that are to be looked at";
  if (scope.excluded.length > 0 && picomatch(scope.excluded.map(lower), options)(name))
    return "It is one of the repositories that are left out";
  return null;
}

const lower = (text: string) => text.toLowerCase();
