import type { inferRouterOutputs } from "@trpc/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { AppRouter } from "#server/trpc/router.ts";

type Hook = inferRouterOutputs<AppRouter>["github"]["health"]["hooks"][number];

/** Who sends webhooks here: when each was heard last, what failed last, and what of it is not here. */
export function HookTable({ hooks }: { hooks: readonly Hook[] }) {
  return (
    <Section title="Hooks" count={hooks.length}>
      {hooks.length === 0 ? (
        <EmptyState kind="nothing" isCompact title="No hook has sent anything yet" />
      ) : (
        <Table label="Hooks" className="table-fixed">
          <thead>
            <tr>
              <Th>Hook</Th>
              <Th className="w-40">Last received</Th>
              <Th className="max-md:hidden">Last failure</Th>
              <Th className="w-2/6 max-sm:hidden">Missing</Th>
            </tr>
          </thead>
          <tbody>
            {hooks.map((hook) => (
              <Tr key={`${hook.connectionName} ${hook.hookKey}`}>
                <Td className="py-2 align-top">
                  <span className="font-medium">{nameOf(hook)}</span>
                  <p className="truncate text-muted text-small">
                    {hook.connectionName ?? "Connection removed"}
                    {hook.isActive ? "" : ", switched off at the host"}
                  </p>
                  <div className="sm:hidden">
                    <Missing hook={hook} />
                  </div>
                </Td>
                <Td className="py-2 align-top">
                  {hook.lastReceivedAt ? <RelativeTime at={hook.lastReceivedAt} /> : "Not lately"}
                </Td>
                <Td className="py-2 align-top max-md:hidden">
                  {hook.lastFailure ? (
                    <>
                      <TextLink href={`/admin/webhooks/${hook.lastFailure.id}`}>
                        <RelativeTime at={hook.lastFailure.at} />
                      </TextLink>
                      <p
                        className="truncate text-muted text-small"
                        title={hook.lastFailure.reason ?? undefined}
                      >
                        {hook.lastFailure.reason}
                      </p>
                    </>
                  ) : (
                    <span className="text-muted">None</span>
                  )}
                </Td>
                <Td className="py-2 align-top max-sm:hidden">
                  <Missing hook={hook} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

const kindWords = { app: "App", organization: "Organisation", repository: "Repository" } as const;

const nameOf = ({ kind, owner, hookKey }: Hook) =>
  kind && owner ? `${kindWords[kind]} ${owner}` : hookKey.replace(/^(app|hook):/, "Hook ");

function Missing({ hook }: { hook: Hook }) {
  const { open, arrived, givenUp } = hook.missing;
  const notes = [
    arrived > 0 ? `${numberText(arrived)} came after they were asked for` : null,
    givenUp > 0 ? `${numberText(givenUp)} could not be had any more; read from the host instead` : null,
  ].filter(Boolean);
  return (
    <>
      {hook.compareFailure ? (
        <Status tone="warning">Could not be compared</Status>
      ) : open > 0 ? (
        <Status tone="warning">{numberText(open)} asked for again</Status>
      ) : hook.comparedAt ? (
        <Status tone="success">Nothing</Status>
      ) : (
        <Status tone="neutral">Not compared</Status>
      )}
      <p className="text-muted text-small">
        {hook.compareFailure ??
          (hook.comparedAt ? (
            <>
              {notes.length > 0 ? `${notes.join(", ")}, in 7 days. ` : ""}Compared{" "}
              <RelativeTime at={hook.comparedAt} />
            </>
          ) : (
            "What it sent cannot be listed: it needs a GitHub App, or a token that may read webhooks"
          ))}
      </p>
    </>
  );
}
