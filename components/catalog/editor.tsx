"use client";

import { Component, lazy, type ReactNode, Suspense } from "react";
import { TextArea } from "#components/ui/text-area.tsx";

export type EditorFinding = {
  line: number;
  column: number;
  severity: "error" | "warning" | "info";
  message: string;
};

export type EditorProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  findings: readonly EditorFinding[];
  describedBy?: string;
};

const EditorCode = lazy(() => import("./editor-code.tsx"));

/** A code editor for YAML; a plain text field until it has come, and where it cannot. */
export function Editor(props: EditorProps) {
  const plain = <PlainEditor {...props} />;
  return (
    <OrElse fallback={plain}>
      <Suspense fallback={plain}>
        <EditorCode {...props} />
      </Suspense>
    </OrElse>
  );
}

function PlainEditor({ label, value, onChange, describedBy }: EditorProps) {
  return (
    <TextArea
      aria-label={label}
      aria-describedby={describedBy}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      rows={22}
    />
  );
}

/** A part of the page that did not load leaves the text where it is. */
class OrElse extends Component<{ fallback: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError() {
    return { hasFailed: true };
  }
  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}
