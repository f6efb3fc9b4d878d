import type { ProviderSettings, SaveProvider } from "#server/identity/providers/inputs.ts";
import { type Protocol, protocolDefaults } from "#server/identity/providers/model.ts";

/** A provider as the form holds it: everything is text until it is sent. */
export type ProviderDraft = {
  name: string;
  slug: string;
  clientSecret: string;
  protocol: Protocol;
  issuer: string;
  clientId: string;
  scopes: string;
  clientAuthentication: "automatic" | "basic" | "post";
  admits: "everyone" | "known";
  groupsClaim: string;
  personClaim: string;
  personAnnotation: string;
  tenant: string;
  hostedDomain: string;
  organizations: string;
  apiUrl: string;
  ca: string;
  privateRanges: string;
};

export type EditedProvider = {
  id: string;
  slug: string;
  name: string;
  settings: ProviderSettings;
  hasSecret: boolean;
};

const buttonNames: Record<Protocol, string> = {
  openid: "Company account",
  github: "GitHub",
  google: "Google",
  entra: "Microsoft",
};

/** A new provider's beginning; its part of the redirect URI is one that no other has. */
export function newDraft(protocol: Protocol, takenSlugs: readonly string[]): ProviderDraft {
  const { issuer, apiUrl, scopes } = protocolDefaults[protocol];
  const wanted = [protocol, ...Array.from({ length: 50 }, (_, index) => `${protocol}-${index + 2}`)];
  return {
    name: buttonNames[protocol],
    slug: wanted.find((slug) => !takenSlugs.includes(slug)) ?? protocol,
    clientSecret: "",
    protocol,
    issuer,
    clientId: "",
    scopes: scopes.join(" "),
    clientAuthentication: "automatic",
    admits: "everyone",
    groupsClaim: protocol === "openid" || protocol === "entra" ? "groups" : "",
    personClaim: "",
    personAnnotation: "",
    tenant: "",
    hostedDomain: "",
    organizations: "",
    apiUrl: apiUrl ?? "",
    ca: "",
    privateRanges: "",
  };
}

export function draftOf({ name, slug, settings }: EditedProvider): ProviderDraft {
  const { protocol, issuer, clientId, clientAuthentication, admits } = settings;
  return {
    name,
    slug,
    clientSecret: "",
    protocol,
    issuer,
    clientId,
    clientAuthentication,
    admits,
    scopes: settings.scopes.join(" "),
    groupsClaim: settings.groupsClaim ?? "",
    personClaim: settings.personClaim ?? "",
    personAnnotation: settings.personAnnotation ?? "",
    tenant: settings.tenant ?? "",
    hostedDomain: settings.hostedDomain ?? "",
    organizations: settings.organizations.join(", "),
    apiUrl: settings.apiUrl ?? "",
    ca: settings.ca ?? "",
    privateRanges: settings.privateRanges.join(", "),
  };
}

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** What is sent. Fields of other protocols stay behind. */
export function inputOf(draft: ProviderDraft, id: string | undefined): SaveProvider {
  const { protocol } = draft;
  const isOpenid = protocol !== "github";
  return {
    ...(id ? { id } : {}),
    slug: draft.slug,
    name: draft.name,
    clientSecret: draft.clientSecret,
    settings: {
      protocol,
      issuer: draft.issuer,
      clientId: draft.clientId,
      scopes: words(draft.scopes),
      clientAuthentication: draft.clientAuthentication,
      admits: draft.admits,
      groupsClaim: isOpenid ? draft.groupsClaim : null,
      personClaim: isOpenid ? draft.personClaim : null,
      personAnnotation: draft.personAnnotation,
      tenant: protocol === "entra" ? draft.tenant : null,
      hostedDomain: protocol === "google" ? draft.hostedDomain : null,
      organizations: protocol === "github" ? words(draft.organizations) : [],
      apiUrl: protocol === "github" || protocol === "entra" ? draft.apiUrl : null,
      ca: draft.ca,
      privateRanges: words(draft.privateRanges),
    },
  };
}
