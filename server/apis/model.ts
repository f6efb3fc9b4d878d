/** How a definition is read; "text" is shown as it stands. */
export const apiFormats = ["openapi", "asyncapi", "graphql", "grpc", "text"] as const;
export type ApiFormat = (typeof apiFormats)[number];

export const formatWords: Readonly<Record<ApiFormat, string>> = {
  openapi: "OpenAPI",
  asyncapi: "AsyncAPI",
  graphql: "GraphQL",
  grpc: "gRPC",
  text: "Text",
};

/** Bounds of what is read and kept of one API. `nodes` are schemas within schemas, `shownChanges` those of a comparison. */
export const apiLimits = {
  textLength: 10_000_000,
  validatedLength: 2_000_000,
  nodes: 60_000,
  depth: 60,
  operations: 5_000,
  problems: 50,
  versions: 20,
  shownChanges: 500,
  schemasWithOperation: 120,
} as const;

/** Shape of data. `ref` names another schema of the same definition; everything else says what it holds itself. */
export type Schema = {
  ref?: string;
  /** What cannot be shown, and why. */
  note?: string;
  types?: string[];
  format?: string;
  title?: string;
  description?: string;
  isDeprecated?: boolean;
  isReadOnly?: boolean;
  isWriteOnly?: boolean;
  enum?: string[];
  default?: string;
  examples?: string[];
  /** Bounds by their JSON Schema keyword, such as `maxLength`. */
  limits?: Record<string, string | number>;
  properties?: Property[];
  items?: Schema;
  /** What further properties, or the values of a map, look like; false where there are none. */
  additional?: Schema | boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  discriminator?: string;
  /** In another language, such as Avro: as it stands. */
  raw?: string;
  /** Of GraphQL and gRPC: what kind of type it is. */
  kind?: string;
};

export type Property = {
  name: string;
  isRequired: boolean;
  schema: Schema;
  /** Field number of gRPC. */
  number?: number;
  /** Arguments of a GraphQL field. */
  arguments?: Property[];
};

export const parameterPlaces = ["path", "query", "header", "cookie", "argument"] as const;
export type Parameter = {
  name: string;
  place: (typeof parameterPlaces)[number];
  isRequired: boolean;
  isDeprecated?: boolean;
  description?: string;
  schema: Schema;
};

export type Example = { name: string; text: string };
export type Content = { type: string; schema: Schema | null; examples: Example[] };
export type Body = { isRequired: boolean; description?: string; contents: Content[] };
export type Response = { status: string; description?: string; headers: Parameter[]; contents: Content[] };

export type Message = {
  name: string;
  title?: string;
  summary?: string;
  description?: string;
  contentType?: string;
  isDeprecated?: boolean;
  headers: Schema | null;
  payload: Schema | null;
  examples: Example[];
};

/** One line in the list of operations. `verb` is what it does to `path`: get, send, query, rpc … */
export type OperationLine = {
  id: string;
  verb: string;
  path: string;
  group: string;
  summary?: string;
  isDeprecated?: boolean;
};

export type Operation = OperationLine & {
  operationId?: string;
  description?: string;
  parameters: Parameter[];
  request: Body | null;
  responses: Response[];
  messages: Message[];
  reply: { address: string | null; messages: Message[] } | null;
  /** Alternatives; each names schemes that are all needed. Null: as the whole API says. */
  security: string[][] | null;
  servers: string[];
  /** Settings of a protocol, as JSON. */
  bindings?: string;
  /** What GraphQL's field or gRPC's method gives back. */
  returns?: Schema;
  notes?: string[];
};

export type Server = { url: string; protocol?: string; description?: string; name?: string };
export type SecurityScheme = { name: string; kind: string; description?: string; details: string[] };
export type Problem = { message: string; line: number | null; column: number | null; path: string | null };

/** What a page shows before anything is opened. */
export type ApiOverview = {
  format: ApiFormat;
  /** As it says itself: "OpenAPI 3.1.0". */
  formatName: string;
  title: string | null;
  version: string | null;
  description: string | null;
  servers: Server[];
  security: SecurityScheme[];
  /** Needed for every operation that says nothing else. */
  securityNeeded: string[][];
  groups: { name: string; description?: string }[];
  operations: OperationLine[];
  schemas: { name: string; kind?: string; description?: string }[];
  problems: Problem[];
  /** References to other files and addresses, none of which is fetched. */
  leftOut: string[];
  /** Why nothing could be read; then all lists are empty. */
  failure: Problem | null;
};

export type ApiModel = {
  overview: ApiOverview;
  operations: Record<string, Operation>;
  schemas: Record<string, Schema>;
};

export const changeLevels = ["breaking", "risky", "compatible"] as const;
export type ChangeLevel = (typeof changeLevels)[number];
export const levelWords: Readonly<Record<ChangeLevel, string>> = {
  breaking: "Breaking",
  risky: "May break",
  compatible: "Compatible",
};

/** One difference: by which rule it is judged, where it is, and what it means in a sentence. */
export type ApiChange = {
  level: ChangeLevel;
  rule: string;
  /** The operation, or the type, that it is in. */
  place: string;
  /** Of the later version, where that still has it: its page can be opened there. */
  operationId?: string;
  message: string;
};

export type ApiComparison = { changes: ApiChange[]; total: number; breaking: number; isCut: boolean };

export const emptyOverview: ApiOverview = {
  format: "text",
  formatName: "Text",
  title: null,
  version: null,
  description: null,
  servers: [],
  security: [],
  securityNeeded: [],
  groups: [],
  operations: [],
  schemas: [],
  problems: [],
  leftOut: [],
  failure: null,
};

/** Anchor of an operation on its page: what stands after the `#`. */
export const operationAnchor = (id: string): string => `operation-${id}`;
export const schemaAnchor = (name: string): string => `schema-${name}`;

/** One version in the list of a page. Numbers count from 1; `breaking` is against the version before. */
export type ApiVersionItem = {
  number: number;
  seenAt: Date;
  commit: string | null;
  changes: number | null;
  breaking: number | null;
};

/** `state` is "unreadable" where the actor may not read the repository that it comes from. */
export type ApiDefinition = {
  ref: string;
  state: "read" | "waiting" | "none" | "unreadable";
  versions: ApiVersionItem[];
  /** The version that `overview` is of. */
  number: number | null;
  textLength: number;
  overview: ApiOverview | null;
};

export type ApiConsumer = {
  ref: string;
  title: string | null;
  name: string;
  kind: string;
  ownerRef: string | null;
  ownerTitle: string | null;
};
export type ApiConsumers = { total: number; owners: number; items: ApiConsumer[] };
