import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "./dependencies.ts";

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
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Intermission",
      version,
      description:
        "Runs the maintenance window of a clustered application. Errors are problem details (RFC 9457); a failed operation is not a failed request.",
      license: { name: "Apache-2.0" },
    },
  });
}
export type ApiDocument = ReturnType<typeof documentOf>;
