import { Button } from "./button.tsx";

type Props = { name: string; disabledReason?: string | null; onChange: () => void };

/** Opens one of a list to be changed; who does not see the list hears which. */
export function ChangeButton({ name, disabledReason = null, onChange }: Props) {
  return (
    <Button size="small" aria-label={`Change ${name}`} disabledReason={disabledReason} onClick={onChange}>
      Change
    </Button>
  );
}
