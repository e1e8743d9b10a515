import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "./dependencies.ts";
import { withExamples } from "./examples/attach.ts";

/** How the operations are grouped, in the order in which people meet them. */
export const tags = [
  { name: "Targets", description: "What can be operated, what state it is in, and what an operation would do to it." },
  { name: "Operations", description: "Start one, follow it, keep its receipt." },
  {
    name: "Decisions",
    description:
      "What people say to an operation that waits, is held, or must be ended by force, and how they look past its page.",
  },
  {
    name: "Live page",
    description: "For people who wait: a page whose link is signed and ends. An operation's `live` has it.",
  },
  { name: "Open to all", description: "What says no more than that this API is there." },
];

const INFO = {
  title: "Intermission",
  description: [
    "Runs the maintenance window of a clustered application.",
    "Errors are problem details (RFC 9457), each with a `fix`; a failed operation is not a failed request. Whatever is answered as JSON to programs is answered as text to whoever sends `accept: text/plain`.",
    "There are two endpoints with the same operations: one takes the token of a GitHub job, the other a signature with AWS credentials.",
  ].join("\n\n"),
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  contact: { name: "Intermission", url: "https://github.com/intermission-dev/intermission" },
};

/** The OpenAPI 3.1 document of the API, the same bytes each time. */
export function documentOf(app: OpenAPIHono<ApiEnv>, version: string) {
  const registered = app.openAPIRegistry.definitions.some((each) => each.type === "component");
  if (!registered) {
    app.openAPIRegistry.registerComponent("securitySchemes", "githubOidc", {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "A GitHub Actions OIDC token for this API's audience, at the github endpoint.",
    });
    app.openAPIRegistry.registerComponent("securitySchemes", "awsSigV4", {
      type: "apiKey",
      in: "header",
      name: "authorization",
      description: "AWS Signature Version 4 for the service execute-api, at the operator endpoint.",
    });
  }
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { ...INFO, version },
    servers: [{ url: "/", description: "Where this document was read" }],
    tags,
  });
  return withExamples(document);
}
export type ApiDocument = ReturnType<typeof documentOf>;
