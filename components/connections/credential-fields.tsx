import { TextLink } from "#components/ui/text-link.tsx";
import type { DraftProps } from "./connection-draft.ts";
import { DraftText } from "./draft-text.tsx";

type Props = DraftProps & { isNew: boolean };

const kept = "One is stored, and is never shown. Leave this empty to keep it, or enter a new one";

/** A token, and whose repositories it is to be used for. */
export function TokenFields({ isNew, ...props }: Props) {
  const { kind, webUrl } = props.draft;
  const base = URL.canParse(webUrl) ? webUrl.replace(/\/+$/, "") : "";
  return (
    <>
      <DraftText
        {...props}
        name="token"
        label={kind === "github" ? "Personal access token" : "Access token"}
        isSecret
        isOptional={!isNew}
        help={isNew ? <TokenHelp kind={kind} base={base} /> : kept}
      />
      <DraftText
        {...props}
        name="owners"
        label={kind === "github" ? "Organisations or people" : "Groups or people"}
        isOptional
        rows={2}
        help={`One in a line${kind === "gitlab" ? ", with the groups above it" : ""}. Empty: all repositories that the token shows`}
      />
    </>
  );
}

function TokenHelp({ kind, base }: { kind: "github" | "gitlab"; base: string }) {
  if (kind === "gitlab")
    return (
      <>
        A group access token with the scope read_api and the role Reporter is enough; the scope api lets the
        portal comment and propose files too.
      </>
    );
  return (
    <>
      Make a <TextLink href={`${base}/settings/personal-access-tokens/new`}>fine-grained token</TextLink> of
      your organisation for all repositories, with read access to Contents, Metadata, Deployments, Pull
      requests and Members; or a{" "}
      <TextLink href={`${base}/settings/tokens/new?scopes=repo,read:org&description=Milepost`}>
        classic token
      </TextLink>{" "}
      with repo and read:org.
    </>
  );
}

/** A GitHub App that somebody has made already, such as one that belongs to the enterprise. */
export function AppFields({ isNew, ...props }: Props) {
  return (
    <>
      <DraftText
        {...props}
        name="appId"
        label="App ID"
        help="On the page of the App's settings, under About"
      />
      <DraftText
        {...props}
        name="privateKey"
        label="Private key"
        rows={5}
        isOptional={!isNew}
        help={isNew ? "The .pem file that GitHub gave out: paste all of it" : kept}
      />
      <DraftText
        {...props}
        name="webhookSecret"
        label="Webhook secret"
        isSecret
        isOptional
        help={isNew ? "As in the App's settings; without one the portal looks for changes by itself" : kept}
      />
    </>
  );
}
