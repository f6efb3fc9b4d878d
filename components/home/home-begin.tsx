import { entityHref } from "#components/catalog/entity-href.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Link } from "#components/ui/link.tsx";
import { Section } from "#components/ui/section.tsx";
import { TourButton } from "./tour-button.tsx";

type Props = { personRef: string | null };

/** For somebody who sees the portal for the first time: where to look, in order. */
export async function HomeBegin({ personRef }: Props) {
  const teamRef = personRef ? await findTeam(personRef) : null;
  const steps = [
    ...(teamRef
      ? [{ href: entityHref(teamRef), title: "Meet your team", text: "Who is in it, and what it owns" }]
      : []),
    {
      href: "/catalog?kind=component",
      title: "Look at the services",
      text: "What runs, who owns it, what it depends on",
    },
    {
      href: "/catalog?kind=system",
      title: "See how they belong together",
      text: "Systems, and the parts of each",
    },
    ...(personRef
      ? [{ href: entityHref(personRef), title: "Find yourself", text: "What the catalog says about you" }]
      : []),
  ];
  return (
    <Section title="Where to begin" action={<TourButton />}>
      <ol>
        {steps.map((step, index) => (
          <li key={step.href} className="flex gap-3 border-line border-b py-2 text-table last:border-b-0">
            <span aria-hidden className="tabular w-3 shrink-0 text-muted">
              {index + 1}
            </span>
            <span className="min-w-0">
              <Link
                href={step.href}
                className="rounded-tight font-medium hover:underline hover:underline-offset-3"
              >
                {step.title}
              </Link>
              <span className="block text-muted text-small">{step.text}</span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** The first team that names this person as a member, not one above it. */
async function findTeam(personRef: string): Promise<string | null> {
  const person = await getQueryClient()
    .fetchQuery(trpc.catalog.byRef.queryOptions({ ref: personRef }))
    .catch(() => null);
  const teams = person?.relations.find((relation) => relation.type === "memberOf")?.items ?? [];
  return teams.find((team) => !team.isDangling)?.ref ?? null;
}
