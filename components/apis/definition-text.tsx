import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import type { ApiFormat } from "#server/apis/model.ts";
import { codeTokens } from "./code-tokens.ts";

type Props = { entityRef: string; number: number; format: ApiFormat; downloadHref: string };

/** The lines that a page can hold; the rest is in the file. */
const shownLines = 5000;

/** The definition as it stands in its file. */
export async function DefinitionText({ entityRef, number, format, downloadHref }: Props) {
  const { text, isCut } = await getQueryClient().fetchQuery(
    trpc.apis.text.queryOptions({ ref: entityRef, number }),
  );
  const lines = text.split("\n");
  const shown = lines.slice(0, shownLines).join("\n");
  const label = `Definition of ${entityRef}`;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <ButtonLink href={downloadHref} isDownload size="small">
          Download
        </ButtonLink>
        {isCut || lines.length > shownLines ? (
          <p className="text-muted text-small">Only the beginning is shown; the file has all of it.</p>
        ) : null}
      </div>
      {format === "graphql" || format === "grpc" ? (
        <CodeBlock label={label} text={shown} language="plain" tokens={codeTokens(shown, format)} />
      ) : (
        <CodeBlock label={label} text={shown} language={format === "text" ? "plain" : "yaml"} />
      )}
    </div>
  );
}
