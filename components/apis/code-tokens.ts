import type { YamlToken } from "#components/ui/yaml-tokens.ts";

const keywords = {
  graphql:
    /^(?:type|input|enum|union|interface|scalar|directive|schema|extend|implements|on|repeatable|query|mutation|subscription|true|false|null)$/,
  grpc: /^(?:syntax|edition|package|import|public|weak|option|message|enum|service|rpc|returns|stream|repeated|optional|required|oneof|map|reserved|extensions|extend|to|max|true|false)$/,
} as const;

const parts = {
  graphql:
    /(?<text>"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(?<comment>#[^\n]*)|(?<literal>-?\b\d[\w.]*)|(?<word>@?[A-Za-z_]\w*)/g,
  grpc: /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<literal>-?\b\d[\w.]*)|(?<word>[A-Za-z_][\w.]*)/g,
} as const;

/** Colours of GraphQL's schema language or of a .proto file, line by line. Joined again the tokens are the text. */
export function codeTokens(text: string, language: "graphql" | "grpc"): YamlToken[][] {
  const lines: YamlToken[][] = [[]];
  const push = (part: string, kind: YamlToken["kind"]) => {
    for (const [index, line] of part.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (line !== "") lines.at(-1)?.push({ text: line, kind });
    }
  };
  let end = 0;
  for (const match of text.matchAll(parts[language])) {
    push(text.slice(end, match.index), "plain");
    end = match.index + match[0].length;
    push(match[0], kindOf(match.groups ?? {}, language));
  }
  push(text.slice(end), "plain");
  return lines;
}

function kindOf(found: Partial<Record<string, string>>, language: "graphql" | "grpc"): YamlToken["kind"] {
  if (found.comment !== undefined) return "comment";
  if (found.text !== undefined) return "text";
  if (found.literal !== undefined) return "literal";
  return keywords[language].test(found.word ?? "") || found.word?.startsWith("@") ? "key" : "plain";
}
