import { CommandLine } from "#components/ui/command-line.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { TextLink } from "#components/ui/text-link.tsx";

type Props = { moved: { tokenFile: string | null; restart: string | null } };

/** What to do after an evaluation moved to production. Whoever reads it is signed out, so nothing here asks the server. */
export function MovedToProduction({ moved: { tokenFile, restart } }: Props) {
  return (
    <div className="flex max-w-[480px] flex-col gap-4 pt-4">
      <Notice tone="success" title="This portal is in production now">
        The demo organisation, its people and all sessions are gone. The setup goes on from here.
      </Notice>
      <ol className="flex list-decimal flex-col gap-3 pl-5 text-table">
        {restart ? <li>{asSentence(restart)} Then start the portal again.</li> : null}
        <li>
          {tokenFile ? (
            <>
              Take the setup token from <code className="break-all font-mono text-small">{tokenFile}</code>,
              or make another:
            </>
          ) : (
            "Make a setup token on the portal's machine:"
          )}
          <div className="pt-2">
            <CommandLine command="npx milepost setup-token" />
          </div>
        </li>
        <li>
          {restart ? "Open /setup at the new address" : <TextLink href="/setup">Open the setup</TextLink>} and
          enter the token.
        </li>
      </ol>
    </div>
  );
}
