import { Copy } from "lucide-react";
import { type CSSProperties, useId } from "react";
import { Button } from "./button.tsx";
import { type YamlToken, yamlTokens } from "./yaml-tokens.ts";

type Props = {
  label: string;
  text: string;
  language: "yaml" | "plain" /** The number of the first line. */;
  firstLine?: number;
  /** Of another language: the coloured parts of each line. */
  tokens?: readonly YamlToken[][];
};

const looks: Record<YamlToken["kind"], string> = {
  plain: "",
  key: "text-info",
  text: "text-success",
  literal: "text-warning",
  comment: "text-muted",
};

/** Code as it stands in its file, with line numbers; coloured where it is rendered, on the server. */
export function CodeBlock({ label, text, language, firstLine = 1, tokens }: Props) {
  const id = useId();
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <div className="relative min-w-0">
      <div className="absolute top-2 right-2 z-1">
        <Button size="small" data-copy-from={id} label="Copy" icon={<Copy aria-hidden size={14} />} />
      </div>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        className="max-h-[75dvh] overflow-auto rounded-panel border border-line bg-sunken py-2"
      >
        <pre
          id={id}
          className="w-max min-w-full font-mono text-small leading-5 [counter-reset:line_var(--before)]"
          style={{ "--before": firstLine - 1 } as CSSProperties}
        >
          {lines.map((line, index) => (
            <code
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              key={index}
              className="block pr-12 before:mr-4 before:inline-block before:w-12 before:select-none before:pr-1 before:text-right before:text-muted before:content-[counter(line)] before:[counter-increment:line]"
            >
              {language === "yaml" || tokens
                ? (tokens?.[index] ?? yamlTokens(line)).map((token, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no other identity
                    <span key={at} className={looks[token.kind] || undefined}>
                      {token.text}
                    </span>
                  ))
                : line}
              {"\n"}
            </code>
          ))}
        </pre>
      </section>
    </div>
  );
}
