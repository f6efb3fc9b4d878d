import { randomUUID } from "node:crypto";
import { users } from "#db/schema/identity.ts";
import type { Db } from "#db/types.ts";
import { SaveCard } from "#server/cards/inputs.ts";
import { saveCard } from "#server/cards/save-card.ts";
import { saveReadingRule } from "#server/catalog/reading/save-reading-rule.ts";
import type { Ctx } from "#server/core/context.ts";
import { disablePerson } from "#server/identity/people/disable-person.ts";
import { readGroupRoles } from "#server/identity/people/read-group-roles.ts";
import { readReviews } from "#server/identity/people/reviews.ts";
import { saveGroupRole } from "#server/identity/people/save-group-role.ts";
import { protocolDefaults } from "#server/identity/providers/model.ts";
import { saveProvider } from "#server/identity/providers/save-provider.ts";
import { connectScim } from "#server/identity/scim/connections.ts";
import { createServiceAccount } from "#server/identity/service-accounts/create-service-account.ts";
import { createServiceToken } from "#server/identity/service-accounts/create-service-token.ts";
import { disableServiceAccount } from "#server/identity/service-accounts/switch-service-account.ts";
import { testKeyring } from "#server/testing/keyring.ts";
import { addSearches } from "./searches.ts";

export async function addPeopleMatters(ctx: Ctx) {
  const addUser = async (personRef: string | null) => {
    const id = randomUUID();
    await ctx.db.insert(users).values({ id, name: "Somebody", role: "developer", personRef });
    return id;
  };
  const [unmatched, disabled] = [await addUser(null), await addUser("user:default/leaver-ours")];
  await disablePerson(ctx, { userId: disabled, reason: "Left the company" });
  const [review] = await readReviews(ctx);
  const groupRefs = ["group:default/ours"];
  const account = await createServiceAccount(ctx, { name: "Robot", role: "guest", groupRefs });
  const token = await createServiceToken(ctx, {
    serviceAccountId: account.id,
    name: "Robot's",
    scopes: ["read"],
  });
  const off = await createServiceAccount(ctx, { name: "Robot that rests", role: "guest", groupRefs });
  await disableServiceAccount(ctx, off);
  await saveGroupRole(ctx, { source: "catalog", groupName: "group:default/nobody", role: "leader" });
  const { items } = await readGroupRoles(ctx);
  const readingRule = await saveReadingRule(ctx, { pattern: "acme/ledger", groupRef: "group:default/ours" });
  const card = await saveCard(
    ctx,
    SaveCard.parse({
      name: "Logs",
      kind: "link",
      annotation: null,
      urlPattern: "https://logs.example.com/{name}",
    }),
  );
  return {
    unmatched,
    person: "user:default/nobody-yet-ours",
    disabled,
    review: review?.id ?? "",
    serviceAccount: account.id,
    serviceToken: token.id,
    disabledServiceAccount: off.id,
    groupRole: items[0]?.id ?? "",
    readingRule: readingRule.id,
    synonyms: await addSearches(ctx),
    card: card.id,
  };
}

export async function addDemoPerson(db: Db): Promise<string> {
  const id = randomUUID();
  await db
    .insert(users)
    .values({ id, name: "Demo", role: "developer", isDemo: true, demoTitle: "Developer", demoRank: "1" });
  return id;
}

export async function addSignIn(ctx: Ctx): Promise<{ provider: string; directory: string }> {
  const provider = await addProvider(ctx, "github", "GitHub");
  // Another one: a provider whose people a directory writes cannot be removed.
  const written = await addProvider(ctx, "github-2", "GitHub Enterprise");
  const { id } = await connectScim(ctx, { name: "Company directory", providerId: written });
  return { provider, directory: id };
}

async function addProvider(ctx: Ctx, slug: string, name: string): Promise<string> {
  const settings = { ...protocolDefaults.github, protocol: "github", clientId: "milepost" } as const;
  const { id } = await saveProvider(
    ctx,
    {
      slug,
      name,
      settings: { ...settings, scopes: [...settings.scopes], admits: "known" },
      clientSecret: randomUUID(),
    },
    testKeyring,
  );
  return id;
}
