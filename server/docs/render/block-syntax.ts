import type { CompileContext, Extension as FromMarkdown, Token } from "mdast-util-from-markdown";
import { factorySpace } from "micromark-factory-space";
import { markdownLineEnding, markdownSpace } from "micromark-util-character";
import type {
  Code,
  Construct,
  Effects,
  Extension,
  State,
  TokenizeContext,
  TokenType,
} from "micromark-util-types";
import type { DocBlock, DocDefinition } from "./nodes.ts";

declare module "micromark-util-types" {
  interface TokenTypeMap {
    docBlock: "docBlock";
    docBlockHead: "docBlockHead";
    docDefinition: "docDefinition";
    docDefinitionMark: "docDefinitionMark";
    docIndent: "docIndent";
  }
}

/**
 * The heads of blocks whose content is indented by four spaces: admonitions (`!!! note "Title"`), collapsible ones
 * (`??? note`, open with `???+`) and content tabs (`=== "Title"`), as Python-Markdown and PyMdown write them.
 */
const admonitionHead = /^(!!!|\?\?\?\+?) ?([\w-]+(?: +[\w-]+)*)?(?: +"(.*)")?[ \t]*$/;
const tabHead = /^===[!+]? +(?:"(.*)"|'(.*)')[ \t]*$/;

export function readHead(line: string): Omit<DocBlock, "type" | "children"> | null {
  const tab = tabHead.exec(line);
  if (tab) return { form: "tab", kinds: [], title: tab[1] ?? tab[2] ?? "", isOpen: true };
  const found = admonitionHead.exec(line);
  if (!found || (!found[2] && found[3] === undefined)) return null;
  const kinds = (found[2] ?? "note").toLowerCase().split(/ +/);
  const own = kinds[0] ?? "note";
  const title = found[3] ?? own.charAt(0).toUpperCase() + own.slice(1).replaceAll("-", " ");
  return {
    form: found[1] === "!!!" ? "admonition" : "details",
    kinds,
    title: unescapeQuotes(title),
    isOpen: found[1] !== "???",
  };
}

const unescapeQuotes = (title: string) => title.replaceAll('\\"', '"');

const blank: Construct = { partial: true, tokenize: tokenizeBlank };
const indent: Construct = { partial: true, tokenize: tokenizeIndent };
const continuation = { tokenize: tokenizeContinuation };

const block: Construct = {
  name: "docBlock",
  tokenize: tokenizeBlock,
  continuation,
  exit: exitOf("docBlock"),
};
const definition: Construct = {
  name: "docDefinition",
  tokenize: tokenizeDefinition,
  continuation,
  exit: exitOf("docDefinition"),
};

/** `!`, `?`, `=` and `:` at the beginning of a line. */
export const blockSyntax: Extension = { document: { 33: block, 63: block, 61: block, 58: definition } };

function exitOf(name: TokenType) {
  return (effects: Effects) => void effects.exit(name);
}

function tokenizeBlock(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const context = this;
  return (code) => {
    effects.enter("docBlock", { _container: true });
    effects.enter("docBlockHead");
    return inside(code);
  };
  function inside(code: Code): State | undefined {
    if (code !== null && !markdownLineEnding(code)) {
      effects.consume(code);
      return inside;
    }
    const head = context.sliceSerialize(effects.exit("docBlockHead"));
    return readHead(head) ? ok(code) : nok(code);
  }
}

/** A colon and one to three spaces, below the term that it defines. */
function tokenizeDefinition(effects: Effects, ok: State, nok: State): State {
  return (code) => {
    effects.enter("docDefinition", { _container: true });
    effects.enter("docDefinitionMark");
    effects.consume(code);
    effects.exit("docDefinitionMark");
    return (next) => (markdownSpace(next) ? factorySpace(effects, ok, "docIndent", 4)(next) : nok(next));
  };
}

function tokenizeContinuation(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  return effects.check(
    blank,
    (code) => factorySpace(effects, ok, "docIndent", 5)(code),
    effects.attempt(indent, ok, nok),
  );
}

function tokenizeBlank(effects: Effects, ok: State, nok: State): State {
  return factorySpace(
    effects,
    (code) => (code === null || markdownLineEnding(code) ? ok(code) : nok(code)),
    "linePrefix",
  );
}

function tokenizeIndent(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  return factorySpace(
    effects,
    (code) => {
      const tail = this.events.at(-1);
      const isDeep = tail?.[1].type === "docIndent" && tail[2].sliceSerialize(tail[1], true).length === 4;
      return isDeep ? ok(code) : nok(code);
    },
    "docIndent",
    5,
  );
}

/** The same as nodes of the syntax tree. */
export const blockNodes: FromMarkdown = {
  enter: {
    docBlock(this: CompileContext, token: Token) {
      const node: DocBlock = {
        type: "docBlock",
        form: "admonition",
        kinds: [],
        title: "",
        isOpen: true,
        children: [],
      };
      this.enter(node, token);
    },
    docDefinition(this: CompileContext, token: Token) {
      const node: DocDefinition = { type: "docDefinition", children: [] };
      this.enter(node, token);
    },
  },
  exit: {
    docBlockHead(this: CompileContext, token: Token) {
      const node = this.stack.at(-1);
      if (node?.type === "docBlock") Object.assign(node, readHead(this.sliceSerialize(token)));
    },
    docBlock(this: CompileContext, token: Token) {
      this.exit(token);
    },
    docDefinition(this: CompileContext, token: Token) {
      this.exit(token);
    },
  },
};
