import picomatch from "picomatch";
import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { readCalendarSettings } from "#server/delivery/calendar/read-calendar.ts";
import { type FoundChange, findChanges, mostFound } from "./find-changes.ts";
import { type AskWhere, readAsked, type SearchWhere } from "./inputs.ts";
import { type Arrival, judgePlace, type Wanted } from "./judge-place.ts";
import type { Place, ServicePlaces, WhereAnswer, WhereChange } from "./model.ts";
import { type DeployedService, readArrivals, readServicesOf } from "./read-arrivals.ts";
import { type FirstCame, readReverts, readStanding, type Standing } from "./read-standing.ts";
import { sortPlaces } from "./sort-places.ts";
import { placesLine } from "./words.ts";

/** Where a commit or pull request runs, by the words that somebody typed. */
export async function searchWhere(ctx: Ctx, { text }: SearchWhere): Promise<WhereAnswer> {
  const asked = readAsked(text);
  if (asked) return readWhere(ctx, asked);
  return {
    changes: [],
    note: "Write at least seven characters of a commit, a pull request as acme/shop#12, or the address of either",
  };
}

/**
 * Where a commit or pull request runs and since when, for each service of its repository that the actor may see. Empty with
 * a note where nothing is known of it: that it is hidden and that it is not there are the same answer.
 */
export async function readWhere(ctx: Ctx, asked: AskWhere): Promise<WhereAnswer> {
  const found = await findChanges(ctx, asked);
  const { timeZone } = await readCalendarSettings(ctx);
  const changes: WhereChange[] = [];
  for (const change of found.slice(0, mostFound)) changes.push(await placeChange(ctx, change, timeZone));
  return { changes, note: noteOf(asked, found.length) };
}

/** The same for callers who asked for one thing by its name. Throws not found. */
export async function getWhere(ctx: Ctx, asked: AskWhere): Promise<WhereAnswer> {
  const answer = await readWhere(ctx, asked);
  if (answer.changes.length === 0) throw notFound(answer.note ?? "Nothing is known of it");
  return answer;
}

function noteOf(asked: AskWhere, found: number): string | null {
  if (found > mostFound) return `More than ${mostFound} commits begin like this: write more of it`;
  if (found > 0) return null;
  return "pull" in asked
    ? `No pull request #${asked.pull} of that repository was seen in webhooks or an imported history`
    : `No commit that begins with ${asked.sha} was seen in webhooks or an imported history`;
}

async function placeChange(ctx: Ctx, change: FoundChange, timeZone: string): Promise<WhereChange> {
  const { repositoryId, committedAt, paths, ...shown } = change;
  const all = await readServicesOf(ctx, repositoryId);
  const services = all.filter((service) => touches(service, paths));
  const ids = services.map(({ id }) => id);
  const reverts = await readReverts(ctx, repositoryId, [change]);
  const wanted = wantedOf(change, reverts);
  const standing = await readStanding(ctx, repositoryId, ids, shasOf([wanted]));
  const arrivals = await readArrivals(ctx, ids, repositoryId);
  const placed = services.map((service): ServicePlaces => {
    const environments = [...(arrivals.get(service.id)?.values() ?? [])];
    const places = environments.flatMap((ofOne) => placeIn(service.id, ofOne, wanted, standing) ?? []);
    return { ref: service.ref, name: service.name, places: sortPlaces(places) };
  });
  return {
    ...shown,
    services: placed,
    untouched: all.length - services.length,
    words: placed.map((service) => placesLine(service, timeZone)),
    note: changeNote(change, all.length),
  };
}

function changeNote({ state }: FoundChange, services: number): string | null {
  if (services === 0) return "No deployment of a service of this repository was seen yet";
  if (state === "open") return "Not merged yet: shown is where its newest commit runs";
  return state === "closed" ? "Closed without being merged" : null;
}

/** Without paths of its own a service is touched by everything; and so by what nobody told the paths of. */
export function touches(
  { pathGlobs }: Pick<DeployedService, "pathGlobs">,
  paths: readonly string[],
): boolean {
  if (pathGlobs.length === 0 || paths.length === 0) return true;
  const matches = picomatch([...pathGlobs], { dot: true });
  return paths.some((path) => matches(path));
}

export function wantedOf(
  change: Pick<FoundChange, "sha" | "committedAt" | "state">,
  reverts: ReadonlyMap<string, Wanted["reverts"]>,
): Wanted {
  const { sha, committedAt, state } = change;
  const isUnmerged = state === "open" || state === "closed";
  return { sha, committedAt, reverts: reverts.get(sha) ?? [], isUnmerged };
}

export const shasOf = (wanted: readonly Wanted[]): string[] => [
  ...new Set(
    wanted.flatMap(({ sha, reverts }) => [
      sha,
      ...reverts.flatMap((revert) => [revert.sha, ...revert.backs]),
    ]),
  ),
];

/** Null where there is nothing to say: an environment that lives for another change. */
export function placeIn(
  serviceId: string,
  arrivals: readonly Arrival[],
  wanted: Wanted,
  standing: Standing,
): Place | null {
  const [oldest] = arrivals;
  if (!oldest) return null;
  const came = standing.firstCame(serviceId, oldest.tier, wanted.sha);
  const marked = {
    isMarked: came !== null,
    isEarlier: isEarlier(came, wanted.sha, oldest.at),
    isBaselineWhole: standing.isBaselineWhole(serviceId, oldest.tier),
  };
  const place = judgePlace(arrivals, wanted, marked, standing.contains);
  const isOthers = place?.tier === "ephemeral" && place.state !== "live" && place.state !== "reverted";
  return isOthers ? null : place;
}

/** It came with the first deployment that is known, or before those that were looked at. */
const isEarlier = (came: FirstCame | null, sha: string, oldest: Date): boolean =>
  came !== null && (came.at < oldest || (came.isBaseline && came.sha !== sha));
