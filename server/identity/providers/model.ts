/** How a provider is spoken to. Google and Microsoft Entra are OpenID Connect with rules of their own. */
export const protocols = ["openid", "github", "google", "entra"] as const;
export type Protocol = (typeof protocols)[number];

export const protocolNames: Record<Protocol, string> = {
  openid: "OpenID Connect",
  github: "GitHub",
  google: "Google",
  entra: "Microsoft Entra",
};

/** Who gets an account at the first sign-in: everybody whom the provider lets in, or only those who have one here. */
export const admissions = ["everyone", "known"] as const;

/** How the client secret is sent to the token endpoint; "automatic" goes by what the provider says it takes. */
export const clientAuthentications = ["automatic", "basic", "post"] as const;

/** The tenants of Microsoft Entra that stand for many: everybody with an account there can come in. */
export const sharedTenants: readonly string[] = ["common", "organizations", "consumers"];

const githubCom = { issuer: "https://github.com", apiUrl: "https://api.github.com" };

/** What a new provider of each protocol begins with. */
export const protocolDefaults: Record<
  Protocol,
  { issuer: string; apiUrl: string | null; scopes: readonly string[] }
> = {
  openid: { issuer: "", apiUrl: null, scopes: ["openid", "profile", "email"] },
  github: { ...githubCom, scopes: ["read:user", "user:email", "read:org"] },
  google: { issuer: "https://accounts.google.com", apiUrl: null, scopes: ["openid", "profile", "email"] },
  entra: {
    issuer: "https://login.microsoftonline.com",
    apiUrl: "https://graph.microsoft.com",
    scopes: ["openid", "profile", "email", "User.Read"],
  },
};

/** The issuer whose tokens are taken: that of the tenant for Entra, else as configured. */
export function issuerOf(settings: { protocol: Protocol; issuer: string; tenant: string | null }): string {
  const base = settings.issuer.replace(/\/+$/, "");
  return settings.protocol === "entra" ? `${base}/${settings.tenant ?? "common"}/v2.0` : settings.issuer;
}

/**
 * Where the provider sends the browser back to: to be registered there, letter by letter. Each provider has an address of
 * its own, so that one cannot pass its answer off as another's (mix-up, RFC 9700 4.4).
 */
export const redirectUriOf = (publicUrl: string, slug: string): string =>
  `${new URL(publicUrl).origin}/api/auth/callback/${slug}`;

/** Why this sign-in did not happen; the page has a sentence for each, and the address carries nothing but this word. */
export const signInFailures = [
  "cancelled",
  "provider-refused",
  "provider-unreachable",
  "provider-answer",
  "provider-settings",
  "token-refused",
  "clock",
  "expired",
  "no-such-provider",
  "not-admitted",
  "unknown-person",
  "disabled",
  "account-taken",
  "other-account",
  "not-fresh",
  "too-many",
  "link",
] as const;
export type SignInFailure = (typeof signInFailures)[number];

export const isSignInFailure = (word: unknown): word is SignInFailure =>
  (signInFailures as readonly unknown[]).includes(word);

/** What is told: what happened, and what to do. `provider` is its name on the button. */
export function failureWords(failure: SignInFailure, provider: string): string {
  return failureSentences[failure].replaceAll("{provider}", provider);
}

const failureSentences: Record<SignInFailure, string> = {
  cancelled: "You ended the sign-in at {provider}. Nothing happened; begin again when you like.",
  "provider-refused":
    "{provider} did not let the sign-in through. Ask whoever runs it whether you may use this portal.",
  "provider-unreachable":
    "{provider} could not be reached or did not answer in time. Try again in a minute; an admin finds the reason in the audit log.",
  "provider-answer":
    "{provider} answered something that is no sign-in. It can be tested: by an admin under Admin, Sign-in, or during the setup in the step Sign-in.",
  "provider-settings":
    "{provider} does not accept this portal's client. Client and secret have to be checked: by an admin under Admin, Sign-in, or during the setup in the step Sign-in, Change.",
  "token-refused":
    "What {provider} answered did not prove who you are, so it was refused. Begin again; if it stays, an admin finds the reason in the audit log.",
  clock:
    "The clocks of {provider} and this portal are more than two minutes apart, so its answer was refused. An admin has to set the clock.",
  expired:
    "This sign-in took longer than ten minutes, was used already, or was begun in another browser. Begin again.",
  "no-such-provider": "This way to sign in does not exist any more. Choose another one.",
  "not-admitted":
    "{provider} knows you, but not as a member of those who may sign in here. Ask an admin of this portal.",
  "unknown-person":
    "{provider} knows you, but you have no account here yet. Ask an admin of this portal to let you in.",
  disabled: "Your account here is disabled. An admin of this portal can enable it again.",
  "account-taken": "That account at {provider} belongs to somebody else here, so it was not linked to yours.",
  "other-account":
    "That was not the account at {provider} that you are signed in with, so nothing was confirmed.",
  "not-fresh":
    "{provider} did not ask you to sign in anew, so this does not confirm that it is you. Try again.",
  "too-many": "There were too many tries to sign in from your address. Wait a few minutes, then begin again.",
  link: "This sign-in link was used already or is older than ten minutes. Make a new one.",
};
