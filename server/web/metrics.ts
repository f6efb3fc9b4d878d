import type { Db } from "#db/types.ts";
import { resolveCaller } from "#server/auth/resolve-caller.ts";
import { DomainError } from "#server/core/errors.ts";
import { eventsRecorded } from "#server/core/events.ts";
import type { HttpAnswer } from "#server/http/route.ts";
import { measureRuntime, seriesRegistry } from "#server/observe/series.ts";
import { makeFigures } from "./metrics-figures.ts";

export type RenderMetrics = () => Promise<{ contentType: string; text: string }>;

/** What `GET /metrics` answers: this process's series, and what SQL tells of the installation. */
export function makeMetrics(db: Db): RenderMetrics {
  // So that the first of them counts as an increase.
  for (const type of ["session.started", "session.refused"]) eventsRecorded.inc({ type }, 0);
  const figures = makeFigures(db);
  return async () => {
    await figures.refresh();
    measureRuntime();
    const registry = seriesRegistry();
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
}

/** On the portal's own port the figures are for a token with the scope "metrics" alone. Throws the refusal. */
export async function answerMetrics(
  db: Db,
  request: { method: string; authorization: string | undefined; address: string | null },
  render: RenderMetrics,
): Promise<HttpAnswer> {
  const { authorization, address, method } = request;
  if (method !== "GET" && method !== "HEAD") throw new DomainError("invalid", "Figures are read with GET");
  const { actor } = await resolveCaller(db, { cookie: null, authorization }, new Date(), address);
  if (actor.kind !== "token")
    throw new DomainError(
      "unauthenticated",
      'This needs an API token with the scope "metrics": Authorization: Bearer <token>',
    );
  if (!actor.scopes.includes("metrics"))
    throw new DomainError("forbidden", 'This token lacks the scope "metrics"');
  const { contentType, text } = await render();
  return { status: 200, headers: { "content-type": contentType, "cache-control": "no-store" }, body: text };
}
