import { EmptyState } from "#components/ui/empty-state.tsx";

/** Why there is nothing to read, and the next step. */
export function DocsAbsent({ isHidden, failure }: { isHidden: boolean; failure: string | null }) {
  if (isHidden)
    return (
      <EmptyState kind="noAccess" title="This documentation lies in a private repository">
        It is shown to those who may read that repository at its host. Sign in with your account there, or ask
        an admin for a rule that opens it to your team.
      </EmptyState>
    );
  if (failure !== null)
    return (
      <EmptyState kind="error" title="The documentation could not be read">
        {failure}
      </EmptyState>
    );
  return (
    <EmptyState kind="nothing" title="No documentation yet">
      <p>
        Write Markdown into a folder <code className="font-mono">docs</code> beside the entry’s file, and add
        this to the file. It is rendered when the file is imported.
      </p>
      <pre className="mt-2 overflow-x-auto rounded-control border border-line bg-sunken p-2 font-mono text-small">
        {"metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:."}
      </pre>
    </EmptyState>
  );
}
