import { importHref } from "#components/connections/imports/import-address.ts";
import { Notice } from "#components/ui/notice.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";

/** Why figures or weeks are missing while the past is read, with the way to how that goes for those who may see it. */
export function ImportingNotice({ words, connectionId }: NonNullable<FiguresAnswer["importing"]>) {
  return (
    <Notice
      tone="info"
      title="Not everything was read yet"
      action={
        connectionId ? (
          <TextLink href={importHref(connectionId)}>See how the import goes</TextLink>
        ) : undefined
      }
    >
      {words}
    </Notice>
  );
}
