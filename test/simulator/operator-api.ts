import type { AnsweredOperation } from "../../src/api/schemas.ts";
import type { Starter } from "../../src/aws/starter.ts";
import { operatorApp } from "../simulation/operator-app.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

export type OperatorApi = ReturnType<typeof createOperatorApi>;

/** The API in the hands of an operator. An answer that accuses nobody but the API itself is a bug. */
export function createOperatorApi(
  cloud: SimulatedCloud,
  { starter, onBug }: { starter: Starter; onBug: (bug: string) => void },
) {
  const app = operatorApp(cloud, starter);

  async function read<Body>(what: string, answer: Response): Promise<{ status: number; body: Body }> {
    const body = (await answer.json()) as Body;
    if (answer.status >= 500) onBug(`the API answered ${answer.status} to ${what}: ${JSON.stringify(body)}`);
    return { status: answer.status, body };
  }

  return {
    async operation(id: string): Promise<AnsweredOperation> {
      const path = `/v1/operations/${id}`;
      return (await read<AnsweredOperation>(`GET ${path}`, await app.request(path))).body;
    },
    post: async <Body>(path: string, body: object, idempotencyKey?: string) =>
      read<Body>(`POST ${path}`, await app.post(path, body, idempotencyKey)),
  };
}
