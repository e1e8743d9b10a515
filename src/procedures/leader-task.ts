import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { capacityInput } from "./leader-capacity.ts";
import { type Planned, planned } from "./planned.ts";

/** By which the leader is found again, whatever was forgotten. */
export const startedBy = (operationId: string): string => `intermission/${operationId}`;

/**
 * The leader is a standalone task: a service would replace it when it dies, and the replacement would run a half-finished migration again.
 * Everything else is as the service would start it.
 */
export function leaderTask(
  target: Target,
  before: Before,
  at: { operationId: string; revision: string },
): Planned<RunTaskCommandInput> {
  const leader = before.services[0]!;
  const tags = { [OPERATION_TAG]: at.operationId, [TARGET_TAG]: target.name, [ROLE_TAG]: "leader" };
  const environment = Object.entries(presetOf(target).leaderEnvironment).map(([name, value]) => ({ name, value }));
  return planned({
    name: "leader",
    phase: "migrate",
    call: "ecs:RunTask",
    resource: leader.family,
    summary: `Start one standalone node of the new version, which migrates the data`,
    inverse: "Stopped; what it did to the data only the snapshot takes back",
    undo: { kind: "stop-leader", cluster: before.cluster, startedBy: startedBy(at.operationId), family: leader.family },
    parameters: {
      cluster: before.cluster,
      taskDefinition: at.revision,
      count: 1,
      // Starting twice would migrate twice: with the token a repeated call answers the task that the first one started.
      clientToken: at.operationId,
      startedBy: startedBy(at.operationId),
      networkConfiguration: leader.network && { awsvpcConfiguration: leader.network },
      ...capacityInput(leader, before.leaderCapacity),
      overrides: { containerOverrides: [{ name: leader.container, environment }] },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
  });
}
