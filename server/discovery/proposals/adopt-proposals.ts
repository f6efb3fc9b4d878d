import { sql } from "drizzle-orm";
import { normaliseRef } from "#server/catalog/entity-ref.ts";
import { savePortalEntries } from "#server/catalog/portal-entries/save-portal-entries.ts";
import { actorLabel } from "#server/core/actor.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { conflict, ensure, invalid, notFound } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { AdoptProposals } from "../inputs.ts";
import { decideProposalsRefusal, repositoryVisibleTo } from "../policy.ts";
import { type Proposed, proposedFile } from "./proposed-file.ts";
import "../events.ts";

type Row = {
  id: string;
  name: string;
  path: string;
  type: string;
  state: string;
  description: string | null;
  ownerRef: string | null;
  topics: string[];
  fullName: string;
  url: string;
  defaultBranch: string;
  kind: Proposed["repository"]["kind"];
};

/**
 * Takes what was found into the catalogue, as entries kept in the portal; all or none. Each needs an owner: the one that
 * was guessed, or the one that is given for all. Throws "invalid" with the names of those that have none.
 */
export async function adoptProposals(ctx: Ctx, input: AdoptProposals): Promise<{ refs: string[] }> {
  ensure(decideProposalsRefusal(ctx.actor));
  const { ids, ownerRef, type, lifecycle } = AdoptProposals.parse(input);
  const owner = ownerRef ? normaliseRef(ownerRef, { kind: "group" }) : null;
  if (ownerRef && !owner) throw invalid(`"${ownerRef}" names no team or person`, "ownerRef");
  return inTransaction(ctx, async (tx) => {
    const rows = await readChosen(tx, ids);
    const settled = rows.find(({ state }) => state !== "open");
    if (settled) throw conflict(`${settled.name} was decided meanwhile: load the page again`);
    const ownerless = rows.filter((row) => !(owner ?? row.ownerRef)).map(({ name }) => name);
    if (ownerless.length > 0)
      throw invalid(`Choose an owner: nobody could be guessed for ${namesOf(ownerless)}`, "ownerRef");
    const documents = rows.map((row) => ({
      text: proposedFile({
        ...row,
        type: type ?? row.type,
        lifecycle,
        ownerRef: owner ?? row.ownerRef ?? "",
        repository: row,
      }),
    }));
    const { entries } = await savePortalEntries(tx, { documents });
    for (const [index, row] of rows.entries()) {
      const entityRef = entries[index]?.ref ?? "";
      await tx.db.execute(sql`
        update proposals set state = 'adopted', entity_ref = ${entityRef}, type = ${type ?? row.type}, reason = null,
          owner_ref = ${owner ?? row.ownerRef}, decided_at = ${tx.now().toISOString()}::timestamptz,
          decided_by_name = ${actorLabel(tx.actor).name}
        where id = ${row.id}`);
      const payload = { name: row.name, entityRef, repository: row.fullName, path: row.path };
      await record(tx, { type: "proposal.adopted", subjectId: row.id, payload });
    }
    return { refs: entries.map(({ ref }) => ref) };
  });
}

export const namesOf = (names: readonly string[]): string =>
  names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");

/** The chosen proposals that the actor may hear of, locked; throws where one is not among them. */
export async function readChosen(tx: Ctx, ids: readonly string[]): Promise<Row[]> {
  const wanted = [...new Set(ids)];
  const rows = await tx.db.execute<Row>(sql`
    select p.id, p.name, p.path, p.type, p.state, p.description, p.owner_ref as "ownerRef", r.topics,
      r.full_name as "fullName", r.url, r.default_branch as "defaultBranch", c.kind
    from proposals p join source_repositories r on r.id = p.repository_id
    join connections c on c.id = r.connection_id
    where p.id = any(${sql.param(wanted)}::uuid[]) and ${repositoryVisibleTo(tx.actor)}
    order by r.slug, p.path for update of p`);
  if (rows.length < wanted.length)
    throw notFound("Some of these are not there any more: load the page again");
  return [...rows];
}
