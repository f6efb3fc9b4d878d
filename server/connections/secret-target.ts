import type { SourceKind } from "./model.ts";
import type { SourceSettings } from "./stored-connection.ts";

/** Names where secrets are sent to: a stored one is never sent anywhere else, nor through another proxy or authority. */
export const whereSecretsGo = ({
  kind,
  settings,
}: {
  kind: SourceKind;
  settings: Pick<SourceSettings, "auth" | "webUrl" | "apiUrl" | "proxyUrl" | "ca"> & {
    app: { id: string } | null;
  };
}): string => {
  const { auth, webUrl, apiUrl, proxyUrl, ca, app } = settings;
  return JSON.stringify([kind, auth, webUrl, apiUrl, proxyUrl, ca, app?.id ?? null]);
};
