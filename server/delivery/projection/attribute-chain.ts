/** A commit as far as the walk needs it. `parents` are the true ones, or what stood before it in its pushes. */
export type GraphCommit = {
  sha: string;
  /** Null where nothing is known of what came before. */
  parents: readonly string[] | null;
  isMerge: boolean;
  /** False where the service's paths are known not to be touched; null where they are not known. */
  isOwn: boolean | null;
};

export type ChainDeployment = { id: number; sha: string | null };

/** Where the walk back may stop or has to say that it does not know. */
export type Known = {
  /** Commits that a deployment before this stretch of the chain brought. */
  marked: ReadonlySet<string>;
  /** Beyond what was read of the history: deployed before, by definition. */
  boundary: ReadonlySet<string>;
  /** Of the boundary those that only were not seen so far: once they are, what ended there is placed anew. */
  provisional: ReadonlySet<string>;
  commits: ReadonlyMap<string, GraphCommit>;
  /** Whether `sha` can be reached from `from`, both in what is known. */
  reaches: (from: string, sha: string) => Promise<boolean>;
};

export type Attributed = {
  id: number;
  kind: "baseline" | "forward" | "redeploy" | "rollback" | "unknown";
  attribution: "complete" | "baseline" | "unknown";
  note: string | null;
  previousId: number | null;
  /** Where the walk ended for want of knowledge; also of a baseline, which counts as complete all the same. */
  missing: string[];
  /** Commits that no deployment of the chain brought before, in the order of the walk. */
  brought: { sha: string; isCounted: boolean }[];
};

/**
 * Places successful deployments of one chain, oldest first: what each was, and which commits it was the first to bring.
 * commits(Di) = those reachable from Di and from no Dj before it, without merges and without those outside the service's
 * paths. By ancestry, never by time; an unknown parent never makes everything new: the deployment is then `unknown`.
 * `previous` is the last one with a commit before this stretch, null at the beginning of the chain.
 */
export async function attributeChain(
  chain: readonly ChainDeployment[],
  previous: ChainDeployment | null,
  known: Known,
): Promise<Attributed[]> {
  const marked = new Set<string>();
  const isMarked = (sha: string) => marked.has(sha) || known.marked.has(sha);
  const found: Attributed[] = [];
  let before = previous;
  for (const one of chain) {
    const attributed = await place(one, before, isMarked, known);
    for (const { sha } of attributed.brought) marked.add(sha);
    found.push(attributed);
    // One that names no commit tells nothing about the next.
    if (one.sha !== null) before = one;
  }
  return found;
}

async function place(
  one: ChainDeployment,
  before: ChainDeployment | null,
  isMarked: (sha: string) => boolean,
  known: Known,
): Promise<Attributed> {
  const about = { id: one.id, previousId: before?.id ?? null, missing: [] as string[] };
  if (one.sha === null)
    return { ...about, kind: "unknown", attribution: "unknown", note: "It names no commit", brought: [] };
  if (before && one.sha === before.sha)
    return { ...about, kind: "redeploy", attribution: "complete", note: null, brought: [] };
  const isOld = isMarked(one.sha);
  const walked = walk(one.sha, isMarked, known);
  if (!before) {
    const brought = walked.brought.map(({ sha }) => ({ sha, isCounted: false }));
    const { missing } = walked;
    return { ...about, kind: "baseline", attribution: "baseline", note: null, missing, brought };
  }
  const isBack = isOld && before.sha !== null && (await known.reaches(before.sha, one.sha));
  if (isBack) return { ...about, kind: "rollback", attribution: "complete", note: null, brought: [] };
  if (walked.note === null)
    return { ...about, kind: "forward", attribution: "complete", note: null, brought: walked.brought };
  const brought = walked.brought.map(({ sha }) => ({ sha, isCounted: false }));
  const { note, missing } = walked;
  return { ...about, kind: "forward", attribution: "unknown", note, missing, brought };
}

/** So many places where a walk ended are kept: one that becomes known leads on to the next. */
const mostMissing = 100;

/** Walks back from a commit to what is marked. `note` says what kept it from knowing all, `missing` where. */
function walk(
  from: string,
  isMarked: (sha: string) => boolean,
  { commits, boundary, provisional }: Known,
): { brought: Attributed["brought"]; note: string | null; missing: string[] } {
  const seen = new Set<string>();
  const brought: Attributed["brought"] = [];
  const waiting = [from];
  const missing: string[] = [];
  let note: string | null = null;
  const miss = (sha: string, words: string) => {
    note ??= words;
    if (missing.length < mostMissing) missing.push(sha);
  };
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    if (seen.has(sha) || isMarked(sha)) continue;
    seen.add(sha);
    if (boundary.has(sha)) {
      if (provisional.has(sha) && missing.length < mostMissing) missing.push(sha);
      continue;
    }
    const commit = commits.get(sha);
    if (!commit) {
      miss(sha, `The commit ${sha.slice(0, 12)} was never seen`);
      continue;
    }
    const isCounted = !commit.isMerge && commit.isOwn !== false;
    if (isCounted && commit.isOwn === null) miss(sha, `What ${sha.slice(0, 12)} touched is not known`);
    brought.push({ sha, isCounted });
    if (commit.parents) waiting.push(...commit.parents);
    else miss(sha, `What came before ${sha.slice(0, 12)} is not known`);
  }
  return { brought, note, missing };
}
