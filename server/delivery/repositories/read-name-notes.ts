import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { ServiceDelivery } from "#server/delivery/model.ts";
import type { Repository, Service } from "#server/delivery/reads/service-scopes.ts";

type Note = ServiceDelivery["notes"][number];

const dayFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

const ends = new Set(["archived", "deleted", "gone"]);

/**
 * What a person should know of a service's repositories: that its entry names one by a former name, that another one has the
 * name now, or that it has ended.
 */
export async function readNameNotes(ctx: Ctx, { slug, repositories }: Service): Promise<Note[]> {
  const [current] = repositories;
  if (!slug || !current) return [];
  return [
    formerName(slug, current),
    ...repositories.map((repository) => takenName(slug, repository)),
    await readEnd(ctx, repositories),
  ].flatMap((note) => note ?? []);
}

const formerName = (slug: string, { slug: today, fullName, until }: Repository): Note | null =>
  slug === today || until
    ? null
    : {
        title: `This entry still names ${slug}`,
        words: `The repository is ${fullName} now: change the annotation github.com/project-slug. Until then its deployments count here all the same, as long as no other repository takes the name.`,
      };

function takenName(slug: string, { fullName, until }: Repository): Note | null {
  if (!until) return null;
  return {
    title: `${slug} is another repository since ${dayFormat.format(until)}`,
    words: `What was deployed until then counts here and came from the one that is ${fullName} now. What that one deploys since counts for no entry: change the annotation here if it is meant, or name it in an entry of its own.`,
  };
}

/** Of a service of which no repository goes on. */
async function readEnd(ctx: Ctx, repositories: readonly Repository[]): Promise<Note | null> {
  const last = await ctx.db.execute<{ id: string; turn: string; at: string }>(sql`
    select distinct on (repository_id) repository_id as id, turn, at from repository_turns
    where repository_id = any(${sql.param(repositories.map(({ id }) => id))}::text[])
    order by repository_id, at desc, turn`);
  const ended = last.filter(({ turn }) => ends.has(turn));
  const [newest] = ended.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const repository = repositories.find(({ id }) => id === newest?.id);
  if (!newest || !repository || ended.length < repositories.length) return null;
  const { fullName } = repository;
  const day = dayFormat.format(new Date(newest.at));
  return {
    title:
      newest.turn === "gone"
        ? `${fullName} is not listed by its host since ${day}`
        : `${fullName} was ${newest.turn} on ${day}`,
    words: `What was deployed before stays as it is. The time after is shown as not seen instead of as zero${
      newest.turn === "gone" ? ": it was deleted, or the connection is not shown it any more" : ""
    }.`,
  };
}
