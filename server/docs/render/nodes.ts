import type { BlockContent, DefinitionContent, Node, PhrasingContent } from "mdast";

/** An admonition, a collapsible one, or one content tab. */
export interface DocBlock extends Node {
  type: "docBlock";
  form: "admonition" | "details" | "tab";
  /** Its kind, and further classes. */
  kinds: string[];
  /** Empty for none. */
  title: string;
  isOpen: boolean;
  children: (BlockContent | DefinitionContent)[];
}

/** Tabs that belong together. */
export interface DocTabs extends Node {
  type: "docTabs";
  children: DocBlock[];
}

/** What stands behind a colon, below its term. */
export interface DocDefinition extends Node {
  type: "docDefinition";
  children: (BlockContent | DefinitionContent)[];
}

export interface DocTerm extends Node {
  type: "docTerm";
  children: PhrasingContent[];
}

export interface DocDefinitions extends Node {
  type: "docDefinitions";
  children: (DocTerm | DocDefinition)[];
}

declare module "mdast" {
  interface BlockContentMap {
    docBlock: DocBlock;
    docTabs: DocTabs;
    docDefinition: DocDefinition;
    docDefinitions: DocDefinitions;
  }
  interface RootContentMap {
    docBlock: DocBlock;
    docTabs: DocTabs;
    docTerm: DocTerm;
    docDefinition: DocDefinition;
    docDefinitions: DocDefinitions;
  }
}
