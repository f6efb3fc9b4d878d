import type { Outside } from "#server/core/outside.ts";
import type { Claims } from "../openid/claims.ts";

/**
 * Entra leaves the groups out of a token when they are more than about 200 and points to its directory instead, as
 * `_claim_names` and `_claim_sources`, or as `hasgroups` (Microsoft identity platform, "Groups overage claim").
 */
export function hasGroupOverage(claims: Claims): boolean {
  const names = claims._claim_names;
  const isNamed = typeof names === "object" && names !== null && "groups" in names;
  return isNamed || claims.hasgroups === true || claims.hasgroups === "true";
}

/** Why the groups could not be read, in words for an admin. */
export class GraphError extends Error {
  override name = "GraphError";
}

const mostGroups = 5_000;

/**
 * The ids of all groups that the signed-in person is in, through other groups too: `POST /v1.0/me/getMemberObjects` of
 * Microsoft Graph. The address in `_claim_sources` is not used: it leads to an API that was shut down.
 * Throws GraphError.
 */
export async function readMemberObjects(
  outside: Outside,
  graphUrl: string,
  accessToken: string,
): Promise<string[]> {
  const url = `${graphUrl.replace(/\/+$/, "")}/v1.0/me/getMemberObjects`;
  const answer = await outside
    .send({
      url,
      method: "POST",
      headers: {
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      body: Buffer.from(JSON.stringify({ securityEnabledOnly: false })),
      maxBytes: 2_000_000,
      timeoutMs: 10_000,
    })
    .catch((error: Error) => {
      throw new GraphError(error.message);
    });
  if (answer.status === 401 || answer.status === 403)
    throw new GraphError(
      "Microsoft Graph refused: the app needs the delegated permission GroupMember.Read.All with admin consent",
    );
  if (answer.status !== 200) throw new GraphError(`Microsoft Graph answered ${answer.status}`);
  const ids = readIds(answer.body.toString("utf8"));
  if (!ids) throw new GraphError("Microsoft Graph answered something that is no list of groups");
  return ids.slice(0, mostGroups);
}

function readIds(text: string): string[] | null {
  try {
    const { value } = JSON.parse(text) as { value?: unknown };
    return Array.isArray(value)
      ? value.filter((id): id is string => typeof id === "string" && id.length < 100)
      : null;
  } catch {
    return null;
  }
}
