import type { Metadata } from "next";
import { EditorCheck } from "#components/catalog/editor-check.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

export const metadata: Metadata = { title: "Check a file" };

export default function CheckFilePage() {
  return (
    <>
      <PageHeader
        path={[{ label: "Catalog", href: "/catalog" }]}
        title="Check a file"
        summary="Paste a catalog-info.yaml and see what an import would make of it: errors with their line, names that lead nowhere, and the relations it states. Nothing is kept."
      />
      <EditorCheck />
    </>
  );
}
