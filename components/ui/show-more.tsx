import { Button } from "./button.tsx";
import { numberText } from "./number-text.ts";

type Props = { shown: number; total: number; isBusy: boolean; onMore: () => void };

/** Under a list that is longer than what is shown of it. */
export function ShowMore({ shown, total, isBusy, onMore }: Props) {
  return (
    <div className="flex items-center gap-3">
      <Button isBusy={isBusy} onClick={onMore}>
        Show more
      </Button>
      <span className="tabular text-muted text-small">
        {numberText(shown)} of {numberText(total)}
      </span>
    </div>
  );
}
