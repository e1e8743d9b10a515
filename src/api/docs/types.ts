/** What the page reads of a JSON schema. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
};

export type Examples = Record<string, { $ref: string }>;
type Content = Record<string, { schema?: Schema; examples?: Examples }>;

/** What it reads of an operation. */
export type DocumentedOperation = {
  operationId: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Content };
  responses?: Record<string, { description?: string; content?: Content }>;
};
export type Documented = { path: string; method: string; operation: DocumentedOperation };
export type Components = Record<string, { summary: string; value: unknown }>;
