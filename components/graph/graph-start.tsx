import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { ListEntities } from "#server/catalog/inputs.ts";
import { graphHref } from "./graph-address.ts";

/** Where a graph can begin: any entry by its reference, or a system or team from the list. */
export async function GraphStart({ asked }: { asked: string }) {
  const client = getQueryClient();
  const read = (kind: string) =>
    client.fetchQuery(trpc.catalog.list.queryOptions(ListEntities.parse({ kind, limit: 100 })));
  const [systems, groups] = await Promise.all([read("System"), read("Group")]);
  const lists = [
    { title: "Systems", page: systems },
    { title: "Teams", page: groups },
  ];
  return (
    <div className="flex flex-col gap-6">
      <form action="/catalog/graph" className="max-w-[480px]">
        <Field label="Where the graph begins" help="A reference, such as component:default/checkout">
          {(field) => (
            <span className="flex gap-2">
              <Input {...field} name="root" required defaultValue={asked} />
              <Button type="submit" tone="primary">
                Show the graph
              </Button>
            </span>
          )}
        </Field>
      </form>
      {asked === "" ? null : (
        <EmptyState kind="nothing" isCompact title={`The catalog has no entry ${asked}`}>
          A reference is its kind, its namespace and its name.
        </EmptyState>
      )}
      {lists.map(({ title, page }) =>
        page.items.length === 0 ? null : (
          <Section
            key={title}
            title={title}
            count={
              page.nextCursor ? `the first ${numberText(page.items.length)}` : numberText(page.items.length)
            }
          >
            <ul className="columns-1 gap-x-8 sm:columns-2 lg:columns-3">
              {page.items.map((item) => (
                <li key={item.ref} className="break-inside-avoid py-1 text-table">
                  <TextLink href={graphHref("/catalog/graph", {}, item.ref)}>
                    {item.title ?? item.name}
                  </TextLink>
                </li>
              ))}
            </ul>
          </Section>
        ),
      )}
    </div>
  );
}
