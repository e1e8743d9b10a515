import { createApp } from "../../src/api/app.ts";
import type { AnsweredOperation } from "../../src/api/schemas.ts";
import type { Starter } from "../../src/aws/starter.ts";
import { createPlanner } from "../../src/procedures/plan.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

/** An operator's request, as API Gateway hands it over. */
const OPERATOR = {
  requestContext: { authorizer: { iam: { userArn: "arn:aws:sts::111122223333:assumed-role/operator/alice" } } },
};

export type OperatorApi = ReturnType<typeof createOperatorApi>;

/** The API in the hands of an operator. An answer that accuses nobody but the API itself is a bug. */
export function createOperatorApi(
  cloud: SimulatedCloud,
  { starter, onBug }: { starter: Starter; onBug: (bug: string) => void },
) {
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

  async function ask<Body>(path: string, init: RequestInit = {}): Promise<{ status: number; body: Body }> {
    const answer = await app.request(path, init, OPERATOR);
    const body = await answer.json();
    if (answer.status >= 500)
      onBug(`the API answered ${answer.status} to ${init.method ?? "GET"} ${path}: ${JSON.stringify(body)}`);
    return { status: answer.status, body: body as Body };
  }

  return {
    operation: async (id: string) => (await ask<AnsweredOperation>(`/v1/operations/${id}`)).body,
    post: <Body>(path: string, body: object, idempotencyKey = "test") =>
      ask<Body>(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      }),
  };
}
