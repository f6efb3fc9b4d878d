import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { abilityWords, type ConnectionItem } from "#server/connections/model.ts";

/** Where an App is installed, and what each place has not granted. */
export function InstallationList({ item }: { item: ConnectionItem }) {
  const { installations, app } = item;
  return (
    <Section title="Installed at" level={3} count={installations.length}>
      <ul className="text-table">
        {installations.map(({ externalId, account, selection, suspendedAt, missing }) => (
          <li key={externalId} className="border-line border-b py-1.5">
            <span className="font-medium">{account}</span>{" "}
            <span className="text-fg-soft">
              {selection === "all" ? "all repositories" : "selected repositories"}
            </span>
            {suspendedAt ? (
              <span className="text-warning">
                {" "}
                · suspended <RelativeTime at={suspendedAt} />
              </span>
            ) : null}
            {missing.length > 0 ? (
              <p className="text-muted text-small">
                Not granted: {missing.map((ability) => abilityWords[ability].name.toLowerCase()).join(", ")}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
      {app?.installUrl ? (
        <p className="pt-2 text-table">
          <TextLink href={app.installUrl}>Install it at another organisation</TextLink>
        </p>
      ) : null}
    </Section>
  );
}
