import { handle, type LambdaEvent } from "hono/aws-lambda";
import { expect } from "vitest";
import { type AuditEvent, auditEventSchema } from "../../../src/api/audit-event.ts";
import { presentable } from "../../../src/api/lambda-event.ts";
import { httpApiEvent } from "../../../src/sandbox/front/http-api-event.ts";
import { createWorld, upgrade } from "../world.ts";

export type Attack = {
  method?: string;
  /** As sent, still percent-encoded. */
  path?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Whom API Gateway found to have signed, on the operator's API. */
  signer?: string;
};
export type Answer = { status: number; headers: Record<string, string>; body: string; code?: string };

export const START = "/v1/targets/crm/operations";
export const startBody = JSON.stringify(upgrade);
export const OPERATOR = "arn:aws:sts::111122223333:assumed-role/operator/run-77";
const SECRET_TABLE = "a-table-that-nobody-is-told";

/** The API behind API Gateway, with somebody in front of it who wants what is not theirs. */
export async function underAttack(over: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ table: SECRET_TABLE, ...over });
  const handler = handle(world.app);

  async function send(attack: Attack): Promise<Answer> {
    const { method = "POST", path = START, query = "", headers = {}, body = startBody, signer } = attack;
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const event = httpApiEvent(
      {
        ...{ method, path, query, remoteAddress: "203.0.113.66", protocol: "HTTP/1.1" },
        headers: {
          "content-type": "application/json",
          "idempotency-key": "attack",
          host: "api.example.com",
          "user-agent": "attacker/1.0",
          ...named,
        },
        body: method === "GET" ? new Uint8Array() : Buffer.from(body),
      },
      {
        ...{
          accountId: "111122223333",
          apiId: "api",
          routeKey: "$default",
          requestId: "gateway-66",
          traceId: "Root=1",
          nowMs: 0,
          port: 443,
        },
        ...(signer && {
          caller: { iam: { userArn: signer, accessKey: "A", accountId: "1", callerId: "1", userId: "1" } },
        }),
      },
    );
    event.requestContext.domainName = "api.example.com";
    const answer = await handler(presentable(event as unknown as LambdaEvent));
    const text = answer.isBase64Encoded ? Buffer.from(answer.body, "base64").toString() : answer.body;
    const type = answer.headers?.["content-type"];
    return {
      status: answer.statusCode,
      headers: (answer.headers ?? {}) as Record<string, string>,
      body: text,
      ...(type === "application/problem+json" && { code: (JSON.parse(text) as { code: string }).code }),
    };
  }

  /** Sends it, and holds the answer to what every refusal is: a problem that leaks nothing, with nothing started and a line in the audit. */
  async function refused(attack: Attack): Promise<Answer> {
    const [before, lines] = [world.started.length, world.log.length];
    const answer = await send(attack);
    expect(answer.headers["content-type"], answer.body).toBe("application/problem+json");
    expect(answer.status, answer.body).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.body).toBeLessThan(500);
    expect(world.started.length).toBe(before);
    const audited = world.log.slice(lines).filter(({ message }) => message === "audit");
    expect(audited).toHaveLength(1);
    const line: AuditEvent = auditEventSchema.parse(audited[0]);
    expect(line).toMatchObject({ outcome: "refused", status: answer.status, problem: answer.code });
    expect(line).toMatchObject({ sourceIp: "203.0.113.66", requestId: "gateway-66" });
    expectNoLeak(answer, attack);
    return answer;
  }

  return { ...world, send, refused };
}

/** Nothing of the inside, and no name of a target or an operation that the attacker did not bring. */
function expectNoLeak({ headers, body }: Answer, attack: Attack): void {
  const told = `${JSON.stringify(headers)}\n${body}`;
  expect(told).not.toMatch(/\bat \S+ \(|:\d+:\d+\)|node_modules|\.ts\b|file:\/\/|dynamodb|\/var\/task/i);
  expect(told).not.toContain(SECRET_TABLE);
  const brought = JSON.stringify(attack) + (attack.path ?? START);
  for (const name of ["crm", "wiki", "crm-db", "sg-fence", "111122223333"])
    if (!brought.includes(name)) expect(told).not.toContain(name);
}
