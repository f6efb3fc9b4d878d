import { sql } from "drizzle-orm";
import { parse as parseYaml } from "yaml";
import { pageOfBranch } from "#server/catalog/trees/host-tree.ts";
import type { HostTree } from "#server/connections/source-host.ts";
import { inTransaction } from "#server/core/context.ts";
import { findDomainError } from "#server/core/errors.ts";
import { parseCodeOwners } from "../evidence/code-owners.ts";
import { workspacesOf } from "../evidence/find-packages.ts";
import { guessOwner } from "../evidence/guess-owner.ts";
import { guessType } from "../evidence/guess-type.ts";
import type { LookTools } from "../look-at-repository.ts";
import type { Evidence } from "../model.ts";
import type { Found, RepositoryRow } from "../repository-row.ts";
import { entityName, uniqueNames } from "./entity-name.ts";
import { findPlaces, type Place } from "./find-places.ts";

type Draft = {
  path: string;
  name: string;
  type: string;
  language: string | null;
  description: string | null;
  ownerRef: string | null;
  confidence: number;
  evidence: Evidence[];
};

/** Proposes what a repository without a catalogue file seems to hold. What people have decided already stays decided. */
export async function makeProposals(
  tools: LookTools,
  row: RepositoryRow,
  tree: HostTree,
  found: Found,
): Promise<void> {
  const paths = tree.entries.filter(({ mode }) => mode.startsWith("100")).map(({ path }) => path);
  const places = findPlaces(paths, await readWorkspaces(tools, row, tree), found.codeOwners);
  const directory = await tools.directory();
  const rules = found.codeOwners ? parseCodeOwners(textOf(found.codeOwners.rules)) : [];
  const lineOf = (index: number) => found.codeOwners?.rules[index]?.line ?? null;
  const branch = tools.scope.branch ?? row.defaultBranch;
  const page = (path: string) => pageOfBranch(tools.host.kind, { url: row.url, branch }, path);
  const drafts = places.map((place) => draftOf(row, place, paths));
  for (const draft of drafts) {
    const own = paths.filter((path) => draft.path === "" || path.startsWith(`${draft.path}/`));
    const owner = guessOwner(own, rules, found.authors, directory);
    draft.ownerRef = owner.ref;
    draft.confidence = owner.confidence;
    draft.evidence.unshift(
      ...owner.says.map(({ what, says, line }) => {
        const at = line === null ? null : lineOf(line - 1);
        return {
          what,
          says,
          url:
            found.codeOwners && line !== null ? `${page(found.codeOwners.path)}${at ? `#L${at}` : ""}` : null,
        };
      }),
    );
    for (const one of draft.evidence) if (one.url?.startsWith("file:")) one.url = page(one.url.slice(5));
    if (found.isCut)
      draft.evidence.push({
        what: "Files",
        says: "The host did not list all files of the repository: something may have been missed",
        url: null,
      });
  }
  await writeProposals(tools, row, drafts);
}

/** One rule a line, so that a rule's line is its place in the list; GitLab's sections come back as they were. */
function textOf(rules: readonly { pattern: string; owners: string[]; section: string }[]): string {
  return rules
    .map(({ pattern, owners }) => `${pattern.replaceAll(/([\s#\\])/g, "\\$1")} ${owners.join(" ")}`)
    .join("\n");
}

function draftOf(row: RepositoryRow, place: Place, paths: readonly string[]): Draft {
  const isWhole = place.path === "";
  const shortName = isWhole ? row.fullName.slice(row.fullName.lastIndexOf("/") + 1) : lastOf(place.path);
  const { type, because, file } = guessType(place.path, shortName, paths);
  const evidence: Evidence[] = [];
  if (place.because)
    evidence.push({
      what: "Part of a monorepo",
      says: place.because.says,
      url: `file:${place.because.file}`,
    });
  evidence.push({ what: "Type", says: because, url: file === null ? null : `file:${file}` });
  if (row.topics.length > 0)
    evidence.push({ what: "Topics", says: row.topics.slice(0, 10).join(", "), url: row.url });
  return {
    path: place.path,
    name: entityName(shortName),
    type,
    language: place.language ?? row.language,
    description: isWhole ? row.description : null,
    ownerRef: null,
    confidence: 0,
    evidence,
  };
}

const lastOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** What the root says about workspaces; a manifest that cannot be read says nothing. */
async function readWorkspaces(
  { host }: LookTools,
  row: RepositoryRow,
  tree: HostTree,
): Promise<string[] | null> {
  for (const path of ["pnpm-workspace.yaml", "package.json"]) {
    const entry = tree.entries.find((one) => one.path === path);
    if (!entry?.mode.startsWith("100")) continue;
    try {
      const text = (await host.readFile(row.fullName, path, tree.commit, 500_000)).toString("utf8");
      const globs = workspacesOf(
        path.endsWith(".json") ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 0 }),
      );
      if (globs) return globs;
    } catch (error) {
      const code = findDomainError(error)?.code;
      if (code === "too_many" || code === "unavailable") throw error;
    }
  }
  return null;
}

async function writeProposals(tools: LookTools, row: RepositoryRow, drafts: readonly Draft[]): Promise<void> {
  await inTransaction(tools.ctx, async (tx) => {
    const names = await uniqueNames(tx, row, drafts);
    const rows = JSON.stringify(
      drafts.map((draft, index) => ({ ...draft, name: names[index] ?? draft.name })),
    );
    const at = tx.now().toISOString();
    await tx.db.execute(sql`
      delete from proposals where repository_id = ${row.id} and state = 'open'
        and path not in (select json_array_elements_text(${JSON.stringify(drafts.map(({ path }) => path))}::json))`);
    await tx.db.execute(sql`
      insert into proposals as p (repository_id, path, name, type, language, description, owner_ref, confidence, evidence,
        seen_at)
      select ${row.id}::uuid, n.path, n.name, n.type, n.language, n.description, n."ownerRef", n.confidence, n.evidence,
        ${at}::timestamptz
      from json_to_recordset(${rows}::json) as n(path text, name text, type text, language text, description text,
        "ownerRef" text, confidence int, evidence jsonb)
      on conflict (repository_id, path) do update set seen_at = excluded.seen_at,
        name = case when p.state = 'open' then excluded.name else p.name end,
        type = case when p.state = 'open' then excluded.type else p.type end,
        language = excluded.language, description = excluded.description, owner_ref = excluded.owner_ref,
        confidence = excluded.confidence, evidence = excluded.evidence`);
  });
}
