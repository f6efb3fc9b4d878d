import type { Metadata } from "next";
import { InsightsTabs } from "#components/delivery/insights-tabs.tsx";
import { WhereAnswerView } from "#components/delivery/where/where-answer.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export const metadata: Metadata = { title: "Is my change live?" };

export default async function WherePage({ searchParams }: Props) {
  const { text: given } = await searchParams;
  const text = (typeof given === "string" ? given : "").trim().slice(0, 500);
  const answer = text ? await getQueryClient().fetchQuery(trpc.delivery.where.queryOptions({ text })) : null;
  return (
    <>
      <PageHeader
        path={[{ label: "Insights", href: "/insights" }]}
        title="Is my change live?"
        summary="Where a commit or pull request runs, and since when."
      />
      <InsightsTabs current="/delivery/where" />
      <div className="flex flex-col gap-6">
        <search className="max-w-[680px]">
          <form action="/delivery/where">
            <Field
              label="Commit or pull request"
              help="At least seven characters of a commit, a pull request as acme/shop#12, or the address of either"
            >
              {(control) => (
                <span className="flex gap-2">
                  <Input {...control} key={text} name="text" maxLength={500} defaultValue={text} />
                  <Button tone="primary" type="submit">
                    Find
                  </Button>
                </span>
              )}
            </Field>
          </form>
        </search>
        {answer ? <WhereAnswerView answer={answer} /> : null}
      </div>
    </>
  );
}
