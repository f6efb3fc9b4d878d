import { countText, numberText } from "#components/ui/number-text.ts";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { tierWords } from "#server/delivery/model.ts";
import type { EnvironmentTier, TriedTiers } from "#server/delivery/sources/tiers.ts";

/** Environments that deployments name, with what they are for: by other rules those that change first, old beside new. */
export function KnownEnvironments({ environments, total }: TriedTiers) {
  if (environments.length === 0)
    return <p className="py-3 text-muted text-table">No deployment names an environment yet.</p>;
  return (
    <div className="pt-4">
      <Table label="Known environments">
        <thead>
          <tr>
            <Th>Environment</Th>
            <Th className="max-sm:hidden">Of</Th>
            <Th isNumber>Deployments</Th>
            <Th>What it is for</Th>
          </tr>
        </thead>
        <tbody>
          {environments.map((one) => (
            <tr key={one.environment}>
              <Td className="break-all font-medium">{one.environment}</Td>
              <Td className="break-words text-fg-soft max-sm:hidden">{placesText(one)}</Td>
              <Td isNumber>{numberText(one.deployments)}</Td>
              <Td>
                <TierChange {...one} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {total > environments.length ? (
        <p className="py-2 text-muted text-small">
          {numberText(environments.length)} of {countText(total, "environment")}: those that change, then
          those with the most deployments.
        </p>
      ) : null}
    </div>
  );
}

const placesText = ({ names, places }: EnvironmentTier) =>
  places > names.length
    ? `${names.join(", ")} and ${numberText(places - names.length)} more`
    : names.join(", ");

function TierChange({ now, tried }: EnvironmentTier) {
  if (now === tried) return tierWords[now];
  return (
    <>
      <span className="sr-only">now </span>
      <span className="text-muted line-through">{tierWords[now]}</span>
      <span className="sr-only">, then</span> <span className="font-medium">{tierWords[tried]}</span>
    </>
  );
}
