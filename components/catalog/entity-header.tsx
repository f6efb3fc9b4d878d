import { Badge } from "#components/ui/badge.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { EntityDetail } from "#server/catalog/model.ts";
import { EditorKept } from "./editor-kept.tsx";
import { EntityMenu } from "./entity-menu.tsx";
import { EntityTabBar } from "./entity-tab-bar.tsx";
import { entityTabs } from "./entity-tabs.ts";

/** What every tab of an entry has above it. */
export function EntityHeader({ entity }: { entity: EntityDetail }) {
  return (
    <>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        reference={entity.ref}
        title={entity.title ?? entity.name}
        badges={<Badge>{entity.kind}</Badge>}
        summary={entity.description}
        menu={
          <EntityMenu
            entityRef={entity.ref}
            locationId={entity.source.locationId}
            sourceUrl={entity.source.url}
            reimportRefusal={entity.may.reimport}
          />
        }
      />
      {entity.fileGoneAt ? (
        <div className="pb-4">
          <Notice tone="warning" title="File is gone">
            {entity.source.file} was no longer there at an import <RelativeTime at={entity.fileGoneAt} />.
            What stands here is what it said last. It goes away when its source is removed.
          </Notice>
        </div>
      ) : null}
      {entity.hasPortalText ? <EditorKept entityRef={entity.ref} /> : null}
      <EntityTabBar tabs={entityTabs(entity)} />
    </>
  );
}
