import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "../dependencies.ts";
import { type ProblemCode, problemTypes } from "../problem.ts";
import { type Example, examples } from "./by-operation.ts";
import { problemExample } from "./problems.ts";

type Document = ReturnType<OpenAPIHono<ApiEnv>["getOpenAPI31Document"]>;
type Media = { examples?: Record<string, { $ref: string }> };
type Content = Record<string, Media>;
type Operation = {
  operationId: string;
  requestBody?: { content?: Content };
  responses: Record<string, { description?: string; content?: Content }>;
};

/** The document with an example of every request and answer, each of them once among its components. */
export function withExamples(document: Document): Document {
  const used: Record<string, Example> = {};
  const put = (media: Media | undefined, named: Record<string, Example> = {}) => {
    if (!media || Object.keys(named).length === 0) return;
    Object.assign(used, named);
    media.examples = Object.fromEntries(
      Object.keys(named).map((name) => [name, { $ref: `#/components/examples/${name}` }]),
    );
  };
  for (const item of Object.values(document.paths ?? {})) {
    for (const { operationId, requestBody, responses } of Object.values(item) as Operation[]) {
      const of = examples[operationId] ?? {};
      put(requestBody?.content?.["application/json"], of.request);
      for (const [status, { description = "", content }] of Object.entries(responses)) {
        if (status.startsWith("2")) {
          put(content?.["application/json"], of.json);
          put(content?.["text/plain"], of.text);
        }
        put(content?.["application/problem+json"], problemsIn(description));
      }
    }
  }
  return { ...document, components: { ...document.components, examples: used } };
}

/** A response's description names the codes of the problems that it stands for. */
const problemsIn = (description: string): Record<string, Example> =>
  Object.fromEntries(
    [...description.matchAll(/\(`([a-z-]+)`\)/g)].flatMap(([, code = ""]) =>
      isCode(code) ? [[`problem-${code}`, { summary: problemTypes[code].title, value: problemExample(code) }]] : [],
    ),
  );
const isCode = (text: string): text is ProblemCode => text in problemTypes;
