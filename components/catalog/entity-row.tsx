"use client";

import { Ellipsis } from "lucide-react";
import { memo } from "react";
import { buttonLook } from "#components/ui/button-look.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { NotSet } from "#components/ui/definition-list.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { countText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Status } from "#components/ui/status.tsx";
import { AboveRow, RowLink, Td, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import type { EntityListItem } from "#server/catalog/model.ts";
import { entityHref } from "./entity-href.ts";
import { shortName } from "./facet-words.ts";
import { KindIcon } from "./kind-icon.tsx";
import { OwnerLink } from "./owner-link.tsx";

type Props = { entity: EntityListItem; isSelected: boolean; onSelect: (ref: string, isOn: boolean) => void };

export const EntityRow = memo(function EntityRow({ entity, isSelected, onSelect }: Props) {
  const name = entity.title ?? entity.name;
  return (
    <Tr>
      <Td className="max-sm:hidden">
        <AboveRow>
          <Checkbox
            className="opacity-0 focus-within:opacity-100 group-hover/row:opacity-100 has-checked:opacity-100 [@media(hover:none)]:opacity-100"
            label={`Select ${name}`}
            data-row-select
            checked={isSelected}
            onChange={(event) => onSelect(entity.ref, event.target.checked)}
          />
        </AboveRow>
      </Td>
      <Td className="max-sm:pl-0">
        <div className="flex min-w-0 items-center gap-2">
          <KindIcon kind={entity.kind} />
          <span className="min-w-0 flex-1">
            <span className="flex min-w-0 items-baseline gap-2">
              <RowLink
                href={entityHref(entity.ref)}
                className="min-w-0 shrink-0 max-w-full truncate"
                data-tip-clipped=""
              >
                {name}
              </RowLink>
              <span className="min-w-0 flex-1 truncate text-muted max-md:hidden">{entity.description}</span>
            </span>
            <span className="block truncate text-muted text-small sm:hidden">
              {[kindWords(entity), ownerName(entity)].filter(Boolean).join(" · ")}
            </span>
          </span>
          <Marks entity={entity} />
        </div>
      </Td>
      <Td className="truncate max-sm:hidden">
        {entity.kind} <span className="text-muted">{entity.type}</span>
      </Td>
      <Td className="max-sm:hidden">
        {entity.ownerRef ? (
          <AboveRow>
            <OwnerLink ownerRef={entity.ownerRef} title={entity.ownerTitle} isKnown={entity.isOwnerKnown} />
          </AboveRow>
        ) : (
          <NotSet />
        )}
      </Td>
      <Td className="truncate max-md:hidden">{entity.lifecycle ?? <NotSet />}</Td>
      <Td className="text-muted max-md:hidden">
        <AboveRow>
          <RelativeTime at={entity.updatedAt} />
        </AboveRow>
      </Td>
      <Td className="px-1">
        <AboveRow>
          <RowMenu entity={entity} name={name} />
        </AboveRow>
      </Td>
    </Tr>
  );
});

const kindWords = ({ kind, type }: EntityListItem) => (type ? `${kind} ${type}` : kind);
const ownerName = ({ ownerTitle, ownerRef }: EntityListItem) =>
  ownerTitle ?? (ownerRef && shortName(ownerRef));

function Marks({ entity }: { entity: EntityListItem }) {
  if (!entity.fileGoneAt && entity.problemCount === 0 && !entity.isStale) return null;
  return (
    <span className="flex shrink-0 gap-3 text-fg-soft text-small">
      {entity.fileGoneAt ? <Status tone="warning">File is gone</Status> : null}
      {entity.problemCount > 0 ? (
        <Status tone="warning">{countText(entity.problemCount, "problem")}</Status>
      ) : null}
      {entity.isStale && !entity.fileGoneAt ? (
        <Status tone="neutral" className="max-lg:hidden">
          Long unconfirmed
        </Status>
      ) : null}
    </span>
  );
}

function RowMenu({ entity, name }: { entity: EntityListItem; name: string }) {
  const copy = async (text: string, what: string) => {
    const worked = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    say(worked ? `${what} copied` : `The ${what.toLowerCase()} could not be copied`, {
      tone: worked ? "success" : "danger",
    });
  };
  return (
    <Menu
      label={`More for ${name}`}
      className={`${buttonLook("quiet", "small", false, true)} sm:opacity-0 focus-visible:opacity-100 group-hover/row:opacity-100 aria-expanded:opacity-100`}
      entries={[
        { label: "Copy reference", onSelect: () => void copy(entity.ref, "Reference") },
        {
          label: "Copy link",
          onSelect: () => void copy(`${location.origin}${entityHref(entity.ref)}`, "Link"),
        },
        { kind: "line" },
        { label: "Relations", href: entityHref(entity.ref, "relations") },
        { label: "Source", href: entityHref(entity.ref, "source") },
        {
          label: "Problems",
          href: entityHref(entity.ref, "problems"),
          disabledReason: entity.problemCount === 0 ? "It has none" : null,
        },
      ]}
    >
      <Ellipsis aria-hidden size={16} />
    </Menu>
  );
}
