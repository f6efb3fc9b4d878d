import type { Auth, ConnectionItem, Owner, SourceKind } from "#server/connections/model.ts";
import { publicHosts, usualPollMinutes, usualReservePercent } from "#server/connections/model.ts";

/** What stands in the form: all of it text, but the numbers that are chosen. */
export type ConnectionDraft = {
  kind: SourceKind;
  auth: Auth;
  name: string;
  webUrl: string;
  apiUrl: string;
  token: string;
  owners: string;
  appId: string;
  privateKey: string;
  webhookSecret: string;
  ca: string;
  proxyUrl: string;
  privateRanges: string;
  pollMinutes: number;
  reservePercent: number;
};
export type DraftProps = {
  draft: ConnectionDraft;
  /** Sentences by the name of the field. */
  errors: Readonly<Record<string, string>>;
  onChange: (change: Partial<ConnectionDraft>) => void;
};

export const newDraft = (kind: SourceKind, auth: Auth): ConnectionDraft => ({
  kind,
  auth,
  name: "",
  webUrl: publicHosts[kind].webUrl,
  apiUrl: "",
  token: "",
  owners: "",
  appId: "",
  privateKey: "",
  webhookSecret: "",
  ca: "",
  proxyUrl: "",
  privateRanges: "",
  pollMinutes: usualPollMinutes,
  reservePercent: usualReservePercent,
});

export const draftOf = (item: ConnectionItem): ConnectionDraft => ({
  ...newDraft(item.kind, item.auth),
  name: item.name,
  webUrl: item.webUrl,
  apiUrl: item.apiUrl,
  owners: item.owners.map(({ login }) => login).join("\n"),
  appId: item.app?.id ?? "",
  ca: item.ca ?? "",
  proxyUrl: item.proxyUrl ?? "",
  privateRanges: item.privateRanges.join(", "),
  pollMinutes: item.pollMinutes,
  reservePercent: item.reservePercent,
});

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** Organisations as typed; what they are is found out by the test. */
export const typedOwners = (draft: ConnectionDraft): Owner[] =>
  words(draft.owners).map((login) => ({ login, type: "organization" as const }));

export const networkOf = ({ webUrl, apiUrl, ca, proxyUrl, privateRanges }: ConnectionDraft) => ({
  webUrl,
  apiUrl,
  ca,
  proxyUrl,
  privateRanges: words(privateRanges),
});

const commonOf = (draft: ConnectionDraft, id: string | undefined) => ({
  ...(id ? { id } : {}),
  name: draft.name,
  ...networkOf(draft),
  pollMinutes: draft.pollMinutes,
  reservePercent: draft.reservePercent,
});

export const tokenInputOf = (draft: ConnectionDraft, id: string | undefined, owners: Owner[]) => ({
  ...commonOf(draft, id),
  kind: draft.kind,
  token: draft.token,
  owners,
});
export const appInputOf = (draft: ConnectionDraft, id: string | undefined) => ({
  ...commonOf(draft, id),
  appId: draft.appId,
  privateKey: draft.privateKey,
  webhookSecret: draft.webhookSecret,
});
