import { Button } from "./button.tsx";
import { DialogActions } from "./dialog.tsx";

type Props = {
  isSaving: boolean;
  onCancel: () => void;
  /** Null for what is only being added. */
  removal: { isBusy: boolean; onRemove: () => void } | null;
};

/** Under a dialog's form that adds something or changes it. */
export function EditActions({ isSaving, onCancel, removal }: Props) {
  return (
    <DialogActions>
      {removal ? (
        <Button tone="quiet" isBusy={removal.isBusy} onClick={removal.onRemove}>
          Remove
        </Button>
      ) : null}
      <Button onClick={onCancel}>Cancel</Button>
      <Button tone="primary" type="submit" isBusy={isSaving}>
        Save
      </Button>
    </DialogActions>
  );
}
