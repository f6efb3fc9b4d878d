/** Who a provider says that somebody is, in the form that all protocols are brought to. */
export type ProviderProfile = {
  /** With `subject` the whole key of an account: never an e-mail address. */
  issuer: string;
  subject: string;
  name: string;
  /** For display only. */
  email: string | null;
  /** The name at the provider, such as a GitHub login. */
  login: string | null;
  /** Null: could not be read this time, so that what was known stays. */
  groups: readonly string[] | null;
  /** Claims that a person may be matched by; no tokens. */
  claims: Readonly<Record<string, string | number | boolean>>;
  /** What went wrong without standing in the way, for the person and the audit log. */
  warning: string | null;
};
