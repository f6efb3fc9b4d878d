import { z } from "zod";
import { admissions, clientAuthentications, protocolDefaults, protocols, sharedTenants } from "./model.ts";

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** An address that secrets are sent to: https, or plain http to this very machine. */
const address = z
  .string()
  .trim()
  .max(500)
  .refine(
    (text) => {
      const url = URL.parse(text);
      if (!url || url.username || url.password || url.search || url.hash) return false;
      return url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname));
    },
    { error: "Write an address that begins with https://, without user name, ? or #" },
  );

const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .nullish()
    .transform((text) => text || null);

/** A word of RFC 6749's scope grammar. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, "A scope is one word without quotes");

/** The part of a provider that is no secret, as it stands in `connections.settings`. */
const fields = z.object({
  protocol: z.enum(protocols),
  /** The issuer of OpenID Connect; GitHub's web address; Google's issuer; the authority of Entra. */
  issuer: address,
  clientId: z.string().trim().min(1, "Copy the client ID from the provider").max(300),
  scopes: z.array(scope).min(1, "At least one scope").max(20),
  clientAuthentication: z.enum(clientAuthentications).default("automatic"),
  admits: z.enum(admissions),
  /** The claim that holds the groups; a dot leads into an object, as in Keycloak's realm_access.roles. */
  groupsClaim: optionalText(200),
  /** The claim by which a person of the catalogue is found. */
  personClaim: optionalText(200),
  /** The annotation of Users that has that claim's value; for GitHub that of the login. */
  personAnnotation: optionalText(300),
  /** Entra: the directory (tenant) id. */
  tenant: optionalText(100),
  /** Google: accounts of this domain only. */
  hostedDomain: optionalText(253),
  /** GitHub: members of one of these only. */
  organizations: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
  /** GitHub's REST API, or Microsoft Graph. */
  apiUrl: address.nullish().transform((url) => url || null),
  /** Certificate of a company's own authority, in PEM. */
  ca: optionalText(100_000),
  /** Ranges of private addresses at which this provider may be. */
  privateRanges: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
});

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
type Fields = z.infer<typeof fields>;

const worldWide =
  "Anybody in the world can have such an account. Narrow it down, or let in only people who have an account here";

/** What is wrong with this combination, as [field, sentence]. */
function problemOf(it: Fields): [keyof Fields, string] | null {
  if (it.protocol !== "github" && !it.scopes.includes("openid"))
    return [
      "scopes",
      'The scope "openid" has to be among them: without it there is no proof of who signs in',
    ];
  if (it.personClaim === "email")
    return [
      "personClaim",
      "People can change their e-mail address: choose a claim that the company gives out",
    ];
  if (it.protocol !== "github" && Boolean(it.personClaim) !== Boolean(it.personAnnotation))
    return it.personClaim
      ? ["personAnnotation", "Write the annotation of Users that this claim is compared with"]
      : ["personClaim", "Write the claim that this annotation is compared with"];
  if (it.protocol === "entra") {
    if (!it.tenant) return ["tenant", "Copy the directory (tenant) ID from Entra"];
    const isShared = sharedTenants.includes(it.tenant);
    if (!isShared && !guid.test(it.tenant))
      return [
        "tenant",
        'Write the directory (tenant) ID, which looks like "72f988bf-86f1-41af-91ab-2d7cd011db47"',
      ];
    if (isShared && it.admits === "everyone") return ["tenant", worldWide];
  }
  const isPublicGithub = it.issuer.replace(/\/$/, "") === protocolDefaults.github.issuer;
  if (it.protocol === "github" && isPublicGithub && it.organizations.length === 0 && it.admits === "everyone")
    return ["organizations", worldWide];
  if (it.protocol === "google" && !it.hostedDomain && it.admits === "everyone")
    return ["hostedDomain", worldWide];
  return null;
}

function refineSettings(value: Fields, context: { addIssue: (issue: z.core.$ZodRawIssue) => void }): void {
  const problem = problemOf(value);
  if (problem) context.addIssue({ code: "custom", path: [problem[0]], message: problem[1], input: value });
}

export const ProviderSettings = fields.superRefine((value, context) => refineSettings(value, context));
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** A provider as the form sends it. Without `id` it is new; without `clientSecret` the stored one stays. */
export const SaveProvider = z.object({
  id: z.uuid().optional(),
  /** Part of the redirect URI, so it stays as it is once chosen. */
  slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "Use small letters, digits and hyphens"),
  name: z.string().trim().min(1, "Write what stands on the button").max(60, "Use at most 60 characters"),
  settings: ProviderSettings,
  clientSecret: z
    .string()
    .trim()
    .max(2_000)
    .nullish()
    .transform((text) => text || null),
});
export type SaveProvider = z.input<typeof SaveProvider>;

export const ProviderId = z.object({ id: z.uuid() });
export type ProviderId = z.infer<typeof ProviderId>;

export const SetProviderState = z.object({ id: z.uuid(), isOn: z.boolean() });
export type SetProviderState = z.infer<typeof SetProviderState>;
