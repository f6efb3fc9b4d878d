import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { Hydrate } from "#components/trpc/hydrate.tsx";
import { settleSoon } from "#components/trpc/prefetch.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import { asSentence } from "#components/ui/sentence.ts";
import { addressRefusal, askedOf, figuresState } from "./figures-address.ts";
import { FiguresBody } from "./figures-body.tsx";
import { FiguresControls } from "./figures-controls.tsx";
import { FiguresSkeleton } from "./figures-skeleton.tsx";

type Props = {
  scope: Asked["scope"];
  /** The page's address without its search. */
  base: string;
  search: Readonly<Record<string, string | string[] | undefined>>;
};

/** The page of figures of a service, a team, a system or all. */
export async function FiguresPage({ scope, base, search }: Props) {
  const state = figuresState(search);
  const refused = addressRefusal(search, state);
  const asked = askedOf(scope, state);
  const cursor = typeof search.cursor === "string" ? search.cursor : undefined;
  const client = getQueryClient();
  const figures = client.prefetchQuery(trpc.delivery.figures.queryOptions(asked));
  const beside =
    scope.kind === "service"
      ? []
      : [client.prefetchQuery(trpc.delivery.figuresByService.queryOptions({ ...asked, cursor }))];
  await settleSoon(figures, ...beside);
  const page = { asked, base, state, cursor };
  return (
    <Hydrate>
      <div className="flex flex-col gap-5">
        {refused ? (
          <Notice tone="warning" title={`The address was not understood: ${state.days} days are shown`}>
            {asSentence(refused)}
          </Notice>
        ) : null}
        <FiguresControls base={base} state={state} hasOwnership={scope.kind === "team"} />
        <QueryBoundary
          key={JSON.stringify(scope)}
          failure="The figures could not be loaded"
          fallback={<FiguresSkeleton />}
        >
          <FiguresBody {...page} />
        </QueryBoundary>
      </div>
    </Hydrate>
  );
}
