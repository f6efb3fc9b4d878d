import { DefinitionList, type Fact } from "#components/ui/definition-list.tsx";
import { Section } from "#components/ui/section.tsx";
import type { ApiOverview } from "#server/apis/model.ts";
import { Description } from "./description.tsx";

/** What holds for the whole definition: where it is served and how callers prove who they are. */
export function ApiFacts({ overview }: { overview: ApiOverview }) {
  const { formatName, version, servers, security, securityNeeded } = overview;
  const facts: Fact[] = [{ term: "Format", value: formatName }];
  if (version) facts.push({ term: "Its version", value: version });
  if (securityNeeded.length > 0)
    facts.push({
      term: "Needs",
      value: securityNeeded.map((way) => way.join(" and ") || "nothing").join(", or "),
    });
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <DefinitionList facts={facts} />
      {servers.length > 0 ? (
        <Section title="Servers">
          <ul>
            {servers.map(({ url, name, protocol, description }) => (
              <li key={`${name ?? ""} ${url}`} className="border-line border-b py-1.5 last:border-b-0">
                <code className="break-all font-mono text-small">{url}</code>
                <span className="block text-muted text-small">
                  {[name, protocol, description].filter(Boolean).join(" · ")}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      {security.length > 0 ? (
        <Section title="Ways to sign in">
          <ul>
            {security.map(({ name, kind, description, details }) => (
              <li key={name} className="border-line border-b py-1.5 text-small last:border-b-0">
                <code className="break-all font-medium font-mono">{name}</code>{" "}
                <span className="text-muted">{kind}</span>
                {details.map((detail, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: details may repeat
                  <span key={index} className="block break-words text-fg-soft">
                    {detail}
                  </span>
                ))}
                {description ? <Description text={description} className="text-small" /> : null}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </div>
  );
}
