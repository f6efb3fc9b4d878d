import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { EntityTrust } from "#server/trust/reads/entity-trust.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { NextOwner } from "./next-owner.tsx";
import { TrustWords } from "./trust-words.tsx";

/** When somebody last looked, what is known to be wrong, and who is to take it over. */
export function EntryTrust({ trust }: { trust: EntityTrust }) {
  if (trust.state === null) return null;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 text-table">
        <span className="min-w-0 flex-1">
          <TrustWords looked={trust} />
        </span>
        <ConfirmButton entityRef={trust.ref} refusal={trust.may.confirm} />
      </div>
      {trust.proposal ? (
        <NextOwner entityRef={trust.ref} proposal={trust.proposal} refusal={trust.may.propose} />
      ) : null}
      {trust.wrong.map((item) => (
        <Notice key={item.id} tone="warning" title={`Its ${item.sort} is said to be wrong`}>
          “{item.value}” <RelativeTime at={item.openedAt} />
          {item.note ? `: ${item.note}` : null}. <TextLink href="/catalog/upkeep">Put it right</TextLink>
        </Notice>
      ))}
    </div>
  );
}
