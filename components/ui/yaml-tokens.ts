export type YamlToken = { text: string; kind: "plain" | "key" | "text" | "literal" | "comment" };

/**
 * Colours of one line of YAML, by its shape alone: key, quoted text, number or word of the language, comment.
 * Joined again the tokens are the line.
 */
export function yamlTokens(line: string): YamlToken[] {
  const tokens: YamlToken[] = [];
  const push = (text: string, kind: YamlToken["kind"]) => text && tokens.push({ text, kind });
  const [indent = ""] = /^\s*(?:- +)*-?\s*/.exec(line) ?? [];
  push(indent, "plain");
  let rest = line.slice(indent.length);
  const key = /^("[^"]*"|'[^']*'|[^\s#:"'{[][^:#]*?):(?=\s|$)/.exec(rest)?.[1];
  if (key !== undefined) {
    push(key, "key");
    push(":", "plain");
    rest = rest.slice(key.length + 1);
  }
  const comment = commentStart(rest);
  pushValue(rest.slice(0, comment), push);
  push(rest.slice(comment), "comment");
  return tokens;
}

function pushValue(text: string, push: (text: string, kind: YamlToken["kind"]) => void): void {
  const value = text.trim().replace(/,$/, "");
  const isQuoted = /^(["']).*\1$/.test(value);
  const isLiteral = /^(?:true|false|null|~|[-+]?\d[\d_.]*(?:e[-+]?\d+)?)$/i.test(value);
  push(text, isQuoted ? "text" : isLiteral ? "literal" : "plain");
}

/** Where " #" begins outside of quotes; the length of the text where it does not. */
function commentStart(text: string): number {
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (quote) quote = sign === quote ? "" : quote;
    else if ((sign === '"' || sign === "'") && /^[\s,[{(:]?$/.test(text[at - 1] ?? "")) quote = sign;
    else if (sign === "#" && /^\s?$/.test(text[at - 1] ?? "")) return at;
  }
  return text.length;
}
