import { Status, type StatusTone } from "#components/ui/status.tsx";
import { abilityWords, hostAbilities } from "#server/connections/model.ts";

const shown = (may: boolean | null | undefined): { tone: StatusTone; word: string } => {
  if (may === true) return { tone: "success", word: "permitted" };
  return may === false ? { tone: "warning", word: "not permitted" } : { tone: "neutral", word: "not told" };
};

/** What the connection may do, and what is lost without each. */
export function AbilityList({ abilities }: { abilities: Partial<Record<string, boolean | null>> }) {
  return (
    <ul aria-label="What it may do" className="flex flex-col text-table">
      {hostAbilities.map((ability) => {
        const { name, without } = abilityWords[ability];
        const { tone, word } = shown(abilities[ability]);
        return (
          <li key={ability} className="border-line border-b py-1.5 last:border-b-0">
            <Status tone={tone}>
              {name}
              <span className={tone === "success" ? "sr-only" : "text-muted"}>: {word}</span>
            </Status>
            {abilities[ability] === false ? <p className="pl-5 text-muted text-small">{without}</p> : null}
          </li>
        );
      })}
    </ul>
  );
}
