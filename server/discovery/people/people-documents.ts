import type { HostMember, HostTeam, SourceHost } from "#server/connections/source-host.ts";
import { entityName } from "../proposals/entity-name.ts";

export type PeopleAtHost = {
  /** Members by login, in lower case. */
  teams: readonly { team: HostTeam; members: readonly string[] }[];
  members: readonly HostMember[];
  organizations: readonly string[];
};

/** What other sources define already; keys in lower case. */
export type KnownPeople = {
  refs: ReadonlySet<string>;
  /** `organisation/slug`, or login, as their annotations name them → ref. */
  groupOfTeam: ReadonlyMap<string, string>;
  userOfLogin: ReadonlyMap<string, string>;
  /** Users whose annotation names a login. */
  usersWithLogin: ReadonlySet<string>;
  /** Entries of members that were mirrored before, by the host's number of the person. */
  ownUserOfNumber: ReadonlyMap<string, string>;
};

type PeopleDocument = { path: string; url: string; document: Record<string, unknown> };

/**
 * The documents of teams and members, each in a file of its own so that one change touches one entry. A team or person
 * that another source ties to its slug or login is that entry, and gets no second one. One whose plain name is taken by
 * somebody else is left to the import, which says so.
 */
export function peopleDocuments(
  host: Pick<SourceHost, "kind">,
  people: PeopleAtHost,
  known: KnownPeople,
): PeopleDocument[] {
  const isGitlab = host.kind === "gitlab";
  const annotation = isGitlab
    ? { team: "gitlab.com/team-path", user: "gitlab.com/user-login", number: "gitlab.com/user-id" }
    : { team: "github.com/team-slug", user: "github.com/user-login", number: "github.com/user-id" };
  const fullSlug = (team: Pick<HostTeam, "organization" | "slug">) =>
    `${team.organization}/${team.slug}`.toLowerCase();
  const groups = nameTeams(people, known, fullSlug);
  const teamsOf = new Map<string, string[]>();
  for (const { team, members } of people.teams) {
    const group = groups.get(fullSlug(team));
    // Who is in a team that a file defines is for that file to say.
    if (group?.isOurs)
      for (const login of members) teamsOf.set(login, [...(teamsOf.get(login) ?? []), group.ref]);
  }
  const documents = people.teams.flatMap(({ team, members }): PeopleDocument[] => {
    const group = groups.get(fullSlug(team));
    if (!group?.isOurs) return [];
    const parent = team.parentSlug
      ? groups.get(fullSlug({ organization: team.organization, slug: team.parentSlug }))
      : undefined;
    const others = members.flatMap((login) => known.userOfLogin.get(login) ?? []);
    return [
      {
        path: `teams/${fullSlug(team)}.yaml`,
        url: team.url,
        document: {
          apiVersion: "backstage.io/v1alpha1",
          kind: "Group",
          metadata: {
            name: nameOf(group.ref),
            ...(team.description ? { description: team.description } : {}),
            annotations: { [annotation.team]: `${team.organization}/${team.slug}` },
          },
          spec: {
            type: "team",
            profile: { displayName: team.name },
            ...(parent ? { parent: parent.ref } : {}),
            children: [],
            ...(others.length > 0 ? { members: others.sort() } : {}),
          },
        },
      },
    ];
  });
  const ownRefs = new Set(known.ownUserOfNumber.values());
  for (const member of people.members) {
    const login = member.login.toLowerCase();
    const ref = freeUser(known.ownUserOfNumber.get(member.externalId) ?? newName(member, ownRefs), known);
    if (known.userOfLogin.has(login) || ref === null) continue;
    documents.push({
      path: `members/${login}.yaml`,
      url: member.url,
      document: {
        apiVersion: "backstage.io/v1alpha1",
        kind: "User",
        metadata: {
          name: nameOf(ref),
          annotations: { [annotation.user]: member.login, [annotation.number]: member.externalId },
        },
        spec: {
          profile: { displayName: member.name ?? member.login },
          memberOf: (teamsOf.get(login) ?? []).sort(),
        },
      },
    });
  }
  return documents;
}

const nameOf = (ref: string) => ref.slice(ref.indexOf("/") + 1);

/**
 * Somebody keeps their entry when their login changes; whoever takes the login over is somebody else, with an entry of
 * their own: what the former one owns and may do is not theirs.
 */
function newName({ login, externalId }: HostMember, ownRefs: ReadonlySet<string>): string {
  const plain = `user:default/${entityName(login.toLowerCase())}`;
  return ownRefs.has(plain) ? `user:default/${entityName(`${login.toLowerCase()}-${externalId}`)}` : plain;
}

/** Null: a file has a person of this name who has another login at the host. */
const freeUser = (ref: string, known: KnownPeople): string | null =>
  known.usersWithLogin.has(ref) ? null : ref;

type Named = { ref: string; isOurs: boolean };

/** By slug; where two organisations have the same one, with the organisation before it. */
function nameTeams(
  { teams }: PeopleAtHost,
  known: KnownPeople,
  fullSlug: (team: HostTeam) => string,
): Map<string, Named> {
  const named = new Map<string, Named>();
  const used = new Set<string>();
  for (const { team } of teams) {
    const slug = fullSlug(team);
    const theirs = known.groupOfTeam.get(slug);
    if (theirs) {
      named.set(slug, { ref: theirs, isOurs: false });
      continue;
    }
    const plain = `group:default/${entityName(team.slug)}`;
    // A team of a name that a file gives to another group would join its people to that one.
    const ref =
      used.has(plain) || known.refs.has(plain)
        ? `group:default/${entityName(`${team.organization}-${team.slug}`)}`
        : plain;
    used.add(ref);
    named.set(slug, { ref, isOurs: true });
  }
  return named;
}
