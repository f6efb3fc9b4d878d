import { Copyable } from "#components/ui/copyable.tsx";
import { AboveRow } from "#components/ui/table.tsx";

export function CommitRef({ sha }: { sha: string }) {
  return (
    <AboveRow>
      <Copyable text={sha} shown={sha.slice(0, 7)} label="Copy commit" />
    </AboveRow>
  );
}
