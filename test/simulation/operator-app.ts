import { createApp } from "../../src/api/app.ts";
import type { Starter } from "../../src/aws/starter.ts";
import { createPlanner } from "../../src/procedures/plan.ts";
import type { SimulatedCloud } from "./simulated-cloud.ts";

/** An operator's request, as API Gateway hands it over. */
const OPERATOR = {
  requestContext: { authorizer: { iam: { userArn: "arn:aws:sts::111122223333:assumed-role/operator/alice" } } },
};

/** The API on a simulated cloud, in the hands of an operator. */
export function operatorApp(cloud: SimulatedCloud, starter: Starter) {
  let ids = 0;
  const app = createApp({
    configuration: cloud.configuration,
    store: cloud.api.store,
    table: "intermission",
    starter,
    planner: createPlanner(cloud.api),
    verifyToken: () => Promise.reject(new Error("nobody comes from GitHub")),
    clock: cloud.world.clock,
    ids: { hex: (digits) => (ids++).toString(16).padStart(digits, "0") },
    version: "0",
    log: () => {},
  });
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => app.request(path, init, OPERATOR);
  return {
    request,
    post: (path: string, body: unknown, idempotencyKey = "test") =>
      request(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      }),
  };
}
