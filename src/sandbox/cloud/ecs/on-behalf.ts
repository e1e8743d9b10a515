import type * as sdk from "@aws-sdk/client-ecs";
import type { Handlers } from "../../wire/server.ts";
import { AwsError } from "../../wire/service.ts";
import type { EcsCaller } from "../seams.ts";
import type { World } from "../world.ts";
import { invalid, notSimulated } from "./checks.ts";

/** What each operation cannot do without: such a call comes from inside AWS, so the wire has not looked at it. */
const REQUIRED: Record<string, string[]> = {
  RunTask: ["taskDefinition"],
  StopTask: ["task"],
  UpdateService: ["service"],
};

/** Calls that EventBridge and its Scheduler make in the name of a role. The event log has them like any other call, as CloudTrail would. */
export function createEcsCaller(world: World, handlers: Handlers<typeof sdk>): EcsCaller {
  function perform(operation: string, input: object, session: string): unknown {
    const handler = handlers[operation as keyof typeof handlers] as
      | ((input: object, identity: object) => unknown)
      | undefined;
    const required = REQUIRED[operation];
    if (!handler || !required) throw notSimulated(`ecs:${operation} as a target`);
    const missing = required.filter((member) => !(member in input));
    if (missing.length) throw invalid(missing.map((member) => `${member} must not be null`).join("; "));
    return handler(structuredClone(input), { accessKeyId: session, region: world.region, service: "ecs" });
  }

  return {
    call(operation, input, roleArn) {
      const session = world.ids.hex(32);
      const role = roleArn.replace(/^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?/, "arn:$1:sts::$2:assumed-role/");
      const record = (outcome: string) =>
        world.log.append({
          kind: "call",
          service: "ECS",
          operation,
          caller: `${role}/${session}`,
          parameters: input,
          outcome,
        });
      try {
        const output = perform(operation, input, session);
        record("ok");
        return output;
      } catch (error) {
        if (error instanceof AwsError) record(error.code);
        throw error;
      }
    },
  };
}
