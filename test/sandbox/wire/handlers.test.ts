import type * as ecs from "@aws-sdk/client-ecs";
import type * as rds from "@aws-sdk/client-rds";
import { expectTypeOf, test } from "vitest";
import type { Handlers, Identity, Mount } from "../../../src/sandbox/wire/server.ts";

test("handlers have the SDK's own operations, inputs and outputs", () => {
  type UpdateService = NonNullable<Handlers<typeof ecs>["UpdateService"]>;
  expectTypeOf<Parameters<UpdateService>>().toEqualTypeOf<[ecs.UpdateServiceCommandInput, Identity]>();
  expectTypeOf<Awaited<ReturnType<UpdateService>>>().toEqualTypeOf<Omit<ecs.UpdateServiceCommandOutput, "$metadata">>();
  expectTypeOf<Handlers<typeof rds>>().toExtend<Mount["handlers"]>();
});

test("what the SDK does not have does not compile", () => {
  const handlers: Handlers<typeof ecs>[] = [
    // @ts-expect-error: there is no such operation
    { UpdateServices: () => ({}) },
    // @ts-expect-error: the input has no such member
    { UpdateService: ({ serviceName }) => ({ service: { serviceName } }) },
    // @ts-expect-error: a count is a number
    { UpdateService: () => ({ service: { desiredCount: "2" } }) },
  ];
  expectTypeOf(handlers).toBeArray();
});
