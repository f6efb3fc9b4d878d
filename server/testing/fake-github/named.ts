import { type FakeAsk, type FakeRoute, missing } from "./route.ts";
import { type FakeCommit, type FakeRepository, fullNameOf } from "./state.ts";

/** The repository that a path names, if the caller may see it. */
export function repositoryOf({ state, params, caller }: FakeAsk): FakeRepository | undefined {
  const found = state.find(`${params.owner}/${params.repo}`);
  return found && isShown(found, caller) ? found : undefined;
}

export function isShown(row: FakeRepository, caller: FakeAsk["caller"]): boolean {
  if (row.visibility === "public") return true;
  if (caller.kind === "token") return true;
  if (caller.kind !== "installation") return false;
  const { account, selection, repositories } = caller.installation;
  return (
    row.owner.toLowerCase() === account.toLowerCase() &&
    (selection === "all" || repositories.includes(fullNameOf(row)))
  );
}

/** A commit by its name, a branch's, or null for the default branch. */
export function commitOf(
  { state }: FakeAsk,
  repository: FakeRepository,
  ref: string | null,
): FakeCommit | undefined {
  const name = ref ?? repository.defaultBranch;
  return state.commits.get(repository.branches.get(name.replace(/^refs\/heads\//, "")) ?? name);
}

/** Moved ones lead to where they are now. */
export const withRepository =
  (
    work: (ask: FakeAsk, repository: FakeRepository) => ReturnType<FakeRoute["handle"]>,
  ): FakeRoute["handle"] =>
  (ask) => {
    const found = repositoryOf(ask);
    if (found) return work(ask, found);
    const moved = ask.state.renamed.get(`${ask.params.owner}/${ask.params.repo}`.toLowerCase());
    if (moved === undefined) return missing;
    const rest = ask.url.pathname.split(`/repos/${ask.params.owner}/${ask.params.repo}`)[1] ?? "";
    const location = `${ask.apiUrl}/repositories/${moved}${rest}${ask.url.search}`;
    return {
      status: ask.method === "GET" ? 301 : 307,
      headers: { location },
      body: { message: "Moved Permanently", url: location },
    };
  };

export const repo = "/repos/:owner/:repo";
export const get = (path: string, needs: string, handle: FakeRoute["handle"]): FakeRoute => ({
  method: "GET",
  path,
  needs,
  handle,
});
