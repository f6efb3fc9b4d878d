import type { Configuration } from "openid-client";
import type { ProviderSettings } from "#server/identity/providers/inputs.ts";
import type { ProviderProfile } from "#server/identity/sign-in/profile.ts";
import { SignInRefused } from "#server/identity/sign-in/refusal.ts";
import { GraphError, hasGroupOverage, readMemberObjects } from "#server/integrations/entra/groups.ts";
import {
  type Claims,
  claimAt,
  groupsIn,
  plainClaims,
  textClaim,
} from "#server/integrations/openid/claims.ts";
import { OpenidError } from "#server/integrations/openid/openid-error.ts";
import { type Proof, readUserInfo } from "#server/integrations/openid/sign-in.ts";
import type { Reach } from "./sign-in-tools.ts";

/** Brings a checked ID token to our form, with more claims from UserInfo and groups from Entra's directory as needed. */
export async function openidProfile(
  settings: ProviderSettings,
  configuration: Configuration,
  proof: Proof,
  reach: Reach,
): Promise<ProviderProfile> {
  refuseStrangers(settings, proof.claims);
  const more = await moreClaims(settings, configuration, proof);
  // What is signed counts where both say something.
  const claims: Claims = { ...more.claims, ...proof.claims };
  const groups = await readGroups(settings, claims, proof, reach);
  const { iss: issuer, sub: subject } = proof.claims;
  const login = textClaim(claims, "preferred_username", "upn", "nickname");
  const both = [textClaim(claims, "given_name"), textClaim(claims, "family_name")].filter(Boolean).join(" ");
  const email = textClaim(claims, "email");
  return {
    issuer,
    subject,
    name: textClaim(claims, "name") ?? (both || (login ?? email ?? subject.slice(0, 100))),
    email,
    login,
    groups: more.warning && settings.groupsClaim && groups.names.length === 0 ? null : groups.known,
    claims: withPersonClaim(settings, claims),
    warning: groups.warning ?? more.warning,
  };
}

/** Of another directory or domain than the settings say; the provider would have let them in. */
function refuseStrangers({ protocol, tenant, hostedDomain }: ProviderSettings, claims: Claims): void {
  if (
    protocol === "entra" &&
    tenant?.includes("-") &&
    String(claims.tid).toLowerCase() !== tenant.toLowerCase()
  )
    throw new SignInRefused("not-admitted", `the account is of the directory ${clip(claims.tid)}`);
  if (protocol === "google" && hostedDomain && claims.hd !== hostedDomain)
    throw new SignInRefused("not-admitted", `the account is of the domain ${clip(claims.hd ?? "(none)")}`);
}

const clip = (value: unknown) => String(value).slice(0, 100);

/** Many providers keep the ID token small and tell the rest at UserInfo. Without it a sign-in still counts. */
async function moreClaims(
  settings: ProviderSettings,
  configuration: Configuration,
  proof: Proof,
): Promise<{ claims: Claims; warning: string | null }> {
  const { groupsClaim, personClaim } = settings;
  const wanted = ["name", ...(settings.protocol === "entra" ? [] : [groupsClaim]), personClaim];
  if (wanted.every((name) => !name || claimAt(proof.claims, name) !== undefined))
    return { claims: {}, warning: null };
  try {
    return { claims: await readUserInfo(configuration, proof), warning: null };
  } catch (error) {
    if (error instanceof OpenidError)
      return { claims: {}, warning: `UserInfo could not be read: ${error.message}` };
    throw error;
  }
}

type Groups = { known: readonly string[] | null; names: readonly string[]; warning: string | null };

async function readGroups(
  settings: ProviderSettings,
  claims: Claims,
  proof: Proof,
  { outside }: Reach,
): Promise<Groups> {
  if (!settings.groupsClaim) return { known: [], names: [], warning: null };
  if (settings.protocol === "entra" && hasGroupOverage(claims)) {
    try {
      const names = await readMemberObjects(
        outside,
        settings.apiUrl ?? "https://graph.microsoft.com",
        proof.accessToken,
      );
      return { known: names, names, warning: null };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { known: null, names: [], warning: `The groups could not be read: ${error.message}` };
    }
  }
  const names = groupsIn(claims, settings.groupsClaim) ?? [];
  return { known: names, names, warning: null };
}

/** A person claim inside of an object is kept under its whole path, as the settings name it. */
function withPersonClaim({ personClaim }: ProviderSettings, claims: Claims): ProviderProfile["claims"] {
  const plain = plainClaims(claims);
  const value = personClaim ? claimAt(claims, personClaim) : undefined;
  return personClaim && typeof value === "string" ? { ...plain, [personClaim]: value.slice(0, 300) } : plain;
}
