import { entityHref } from "#components/catalog/entity-href.ts";
import { ProblemList } from "#components/catalog/problem-list.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { type EntityParams, readEntity } from "../read-entity.ts";

export default async function ProblemsPage({ params }: { params: EntityParams }) {
  const entity = await readEntity(params);
  if (entity.problems.length === 0) {
    return (
      <EmptyState
        kind="nothing"
        title="No problems found"
        action={<ButtonLink href={entityHref(entity.ref, "source")}>Show its source</ButtonLink>}
      >
        Its file was read without an error. Whether all that it names is in the catalog stands under
        Relations.
      </EmptyState>
    );
  }
  return (
    <div className="max-w-[960px]">
      <ProblemList problems={entity.problems} />
    </div>
  );
}
