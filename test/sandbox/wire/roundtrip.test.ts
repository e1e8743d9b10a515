import * as autoscaling from "@aws-sdk/client-application-auto-scaling";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as lambda from "@aws-sdk/client-lambda";
import * as rds from "@aws-sdk/client-rds";
import * as sts from "@aws-sdk/client-sts";
import { afterAll, describe, expect, test } from "vitest";
import { createEndpoint, type HandlerMap, inProcess } from "../../../src/sandbox/wire/server.ts";
import { awsError, describeService, type ErrorSchema, type Operation } from "../../../src/sandbox/wire/service.ts";
import { plain, sampleValue } from "./sample-value.ts";

type Package = Record<string, unknown>;
type Client = { send(command: object): Promise<object>; destroy(): void };
type ClientClass = new (config: object) => Client & { config: unknown };

const services: [sdk: Package, Client: ClientClass, operations: number, errors: number][] = [
  [ecs, ecs.ECSClient, 60, 20],
  [autoscaling, autoscaling.ApplicationAutoScalingClient, 14, 8],
  [elb, elb.ElasticLoadBalancingV2Client, 50, 40],
  [rds, rds.RDSClient, 150, 100],
  [sts, sts.STSClient, 9, 7],
  [lambda, lambda.LambdaClient, 80, 30],
  [ecr, ecr.ECRClient, 50, 30],
] as unknown as [Package, ClientClass, number, number][];

// An event stream is neither JSON nor XML, and nothing here asks for one.
const NOT_SPOKEN = new Set(["InvokeWithResponseStream"]);

for (const [sdk, Client, leastOperations, leastErrors] of services) {
  const service = describeService(sdk, Client);
  const operations = [...service.operations.values()].filter(({ name }) => !NOT_SPOKEN.has(name));
  const errors = Object.values(sdk).filter(isErrorSchema);

  describe(service.id, () => {
    let seen: unknown;
    let reply: () => unknown = () => ({});
    const answerAnything = (input: never) => {
      seen = input;
      return reply();
    };
    const handlers: HandlerMap = new Proxy({}, { get: () => answerAnything });
    const secretAccessKey = "secret";
    const handle = createEndpoint({ mounts: [{ service, handlers }], secrets: () => ({ secretAccessKey }) });
    const client = new Client({
      region: "us-east-1",
      endpoint: "http://127.0.0.1:1",
      maxAttempts: 1,
      credentials: { accessKeyId: "A", secretAccessKey },
      requestHandler: inProcess(handle),
    });
    afterAll(() => client.destroy());

    const send = ({ name }: Operation, input: unknown) => {
      const Command = sdk[`${name}Command`] as new (input: unknown) => object;
      return client.send(new Command(input));
    };

    test("is read whole from its package", () => {
      expect(operations.length).toBeGreaterThanOrEqual(leastOperations);
      expect(errors.length).toBeGreaterThanOrEqual(leastErrors);
    });

    test("carries every operation's whole input to the handler and its whole output to the client", async () => {
      for (const operation of operations) {
        const input = sampleValue(operation.input);
        const output = sampleValue(operation.output);
        reply = () => output;
        const got = await send(operation, structuredClone(input));
        expect(plain(seen), `${operation.name}'s input`).toEqual(plain(input));
        expect(plain(got), `${operation.name}'s output`).toEqual(plain(output));
      }
    });

    test("carries every modelled error as its own class, with message, members and status", async () => {
      const [operation] = operations.filter(({ route }) => !route || route.labels.length > 0);
      if (!operation) throw new Error("no operation to throw from");
      for (const schema of errors) {
        const failure = awsError(schema, "a <message> & é");
        reply = () => {
          throw failure;
        };
        const caught: unknown = await send(operation, sampleValue(operation.input)).catch((error: unknown) => error);
        expect(caught, schema[2]).toBeInstanceOf(sdk[schema[2]]);
        expect(caught).toMatchObject({
          name: schema[2],
          message: "a <message> & é",
          $metadata: { httpStatusCode: failure.status },
        });
      }
    });
  });
}

function isErrorSchema(value: unknown): value is ErrorSchema {
  return Array.isArray(value) && value[0] === -3 && String(value[1]).startsWith("com.amazonaws");
}
