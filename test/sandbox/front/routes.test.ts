import { expect, test } from "vitest";
import { type HttpApiRoute, routeFor } from "../../../src/sandbox/front/routes.ts";

const route = (key: string): HttpApiRoute => ({ key, authorizer: { kind: "none" }, functionName: "api" });
const routes = ["$default", "GET /", "GET /health", "ANY /health", "GET /live/{proxy+}", "GET /v1/{id}/events"].map(
  route,
);

test.each([
  ["GET", "/", "GET /"],
  ["GET", "/health", "GET /health"],
  ["POST", "/health", "ANY /health"],
  ["GET", "/health/", "$default"],
  ["GET", "/live/op-1", "GET /live/{proxy+}"],
  ["GET", "/live/op-1/state", "GET /live/{proxy+}"],
  ["GET", "/live/", "$default"],
  ["POST", "/live/op-1", "$default"],
  ["GET", "/v1/op-1/events", "GET /v1/{id}/events"],
  ["GET", "/v1/op-1/x/events", "$default"],
  ["GET", "/healthx", "$default"],
])("%s %s takes the route %s", (method, path, key) => {
  expect(routeFor(routes, { method, path })?.key).toBe(key);
});

test("without a default there may be no route", () => {
  expect(routeFor(routes.slice(1), { method: "GET", path: "/v1/targets" })).toBeUndefined();
});
