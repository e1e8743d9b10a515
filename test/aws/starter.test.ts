import { LambdaClient } from "@aws-sdk/client-lambda";
import { HttpResponse } from "@smithy/core/protocols";
import { describe, expect, it } from "vitest";
import { createStarter } from "../../src/aws/starter.ts";

type Seen = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
};

function createLambda(answer: { status: number; error?: string }) {
  const seen: Seen[] = [];
  const lambda = new LambdaClient({
    region: "eu-central-1",
    endpoint: "http://lambda.test",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: Seen) {
        seen.push({ ...request, body: Buffer.from(request.body ?? "").toString() });
        const headers: Record<string, string> = answer.error ? { "x-amzn-errortype": answer.error } : {};
        return {
          response: new HttpResponse({ statusCode: answer.status, headers, body: new TextEncoder().encode("{}") }),
        };
      },
    },
  });
  return { seen, starter: createStarter({ lambda, functionName: "runbook:live" }) };
}

describe("starting the runbook", () => {
  it("invokes it asynchronously, under the operation's id, with the same bytes each time", async () => {
    const { starter, seen } = createLambda({ status: 202 });
    await starter.start("op-20260115-020000-3f9a2c", 1);
    await starter.start("op-20260115-020000-3f9a2c", 1);
    expect(seen[0]?.path).toMatch(/^\/2015-03-31\/functions\/runbook(:|%3A)live\/invocations$/);
    expect(seen[0]?.headers).toMatchObject({
      "x-amz-invocation-type": "Event",
      "x-amz-durable-execution-name": "op-20260115-020000-3f9a2c",
    });
    expect(seen[0]?.body).toBe('{"operationId":"op-20260115-020000-3f9a2c"}');
    expect(seen[1]?.body).toBe(seen[0]?.body);
  });

  it("gives every later run of an operation an execution of its own", async () => {
    const { starter, seen } = createLambda({ status: 202 });
    await starter.start("op-20260115-020000-3f9a2c", 3);
    expect(seen[0]?.headers["x-amz-durable-execution-name"]).toBe("op-20260115-020000-3f9a2c-e3");
    expect(seen[0]?.body).toBe('{"operationId":"op-20260115-020000-3f9a2c","epoch":3}');
  });

  it("is content with an execution that was started before", async () => {
    const { starter } = createLambda({ status: 409, error: "DurableExecutionAlreadyStartedException" });
    await expect(starter.start("op-20260115-020000-3f9a2c", 1)).resolves.toBeUndefined();
  });

  it("fails where Lambda does not take the call", async () => {
    const { starter } = createLambda({ status: 404, error: "ResourceNotFoundException" });
    await expect(starter.start("op-20260115-020000-3f9a2c", 1)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("waking the runbook", () => {
  it("completes the callback", async () => {
    const { starter, seen } = createLambda({ status: 200 });
    await starter.wake("callback-1");
    expect(seen[0]).toMatchObject({ method: "POST", path: expect.stringContaining("/callback-1/succeed") });
  });

  it.each(["CallbackTimeoutException", "ResourceNotFoundException"])(
    "is content with a callback that is over (%s)",
    async (error) => {
      const { starter } = createLambda({ status: error.startsWith("Resource") ? 404 : 400, error });
      await expect(starter.wake("callback-1")).resolves.toBeUndefined();
    },
  );

  it("fails where Lambda does not take the call", async () => {
    const { starter } = createLambda({ status: 429, error: "TooManyRequestsException" });
    await expect(starter.wake("callback-1")).rejects.toMatchObject({ name: "TooManyRequestsException" });
  });
});
