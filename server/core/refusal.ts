/**
 * Who can lift a refusal: an admin (who gives out roles), those who run the portal, the maintainers of a team, whoever
 * works on the portal's machine, the caller themselves ("yourself": by signing in, say), or nobody, because the matter
 * itself has to change first. `maintainer:` is followed by the team's ref.
 */
export type Granter = "admin" | "platform" | "machine" | "yourself" | "nobody" | `maintainer:${string}`;

/** A rule of the house by its name, in words, and with those who can make an exception or change what it asks for. */
export type Rule = { name: string; words: string; grantedBy: readonly Granter[] };

/** Why not, in words that the caller can act on, with the rule behind it. */
export type Refusal = { sentence: string; rule: string; words: string; grantedBy: readonly Granter[] };

export const rule = (name: string, words: string, ...grantedBy: Granter[]): Rule => ({
  name,
  words,
  grantedBy,
});

export const refusal = ({ name, words, grantedBy }: Rule, sentence: string): Refusal => ({
  sentence,
  rule: name,
  words,
  grantedBy,
});

/** For what is refused because of how things stand, and not because of who asks. */
export const notNow = rule("state", "This has to wait until the matter itself is in another state", "nobody");
export const signInFirst = rule(
  "signed-in",
  "The portal shows itself to people who are signed in",
  "yourself",
);
export const peopleOnly = rule(
  "people-only",
  "This is for people who are signed in, not for tokens",
  "yourself",
);
export const tokenScope = rule("token-scope", "A token does only what its scopes name", "platform", "admin");
export const setupFirst = rule(
  "installation.setup",
  "The setup is opened from the portal's own machine",
  "machine",
);
export const roleNeeded = rule("role", "Some things are for those who run the portal", "admin");
