import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { emptied, presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { capacityInput } from "./leader-capacity.ts";
import { type Planned, planned } from "./planned.ts";

type Generation = Pick<Before, "generation">;

/** By which the leader of a data generation is found again, whatever was forgotten. */
export const startedBy = (operationId: string, { generation = 1 }: Generation = {}): string =>
  generation === 1 ? `intermission/${operationId}` : `intermission/${operationId}/${generation}`;

/** By which the task of the migrate command is found again. */
const commandStartedBy = (operationId: string): string => `${startedBy(operationId)}/migrate`;

/** A task that the operation started itself, not one of a service. */
export const isStartedBy = (task: { startedBy?: string }, operationId: string): boolean =>
  task.startedBy === startedBy(operationId) || (task.startedBy ?? "").startsWith(`${startedBy(operationId)}/`);

/**
 * The leader is a standalone task: a service would replace it when it dies, and the replacement would run a half-finished migration again.
 * Everything else is as the service would start it.
 */
export const leaderTask = (
  target: Target,
  before: Before,
  at: { operationId: string; revision: string; does?: "installs" | "migrates"; works?: boolean },
) =>
  standaloneTask(target, before, {
    ...at,
    name: "leader",
    summary: leaderDoes(target, at.does),
    startedBy: startedBy(at.operationId, before),
    // Starting twice would migrate twice: with the token a repeated call answers the task that the first one started.
    clientToken: before.generation ? `${at.operationId}-${before.generation}` : at.operationId,
    override: {},
    environment: at.works ? emptied(target) : presetOf(target).leaderEnvironment,
  });

function leaderDoes({ migrate }: Target, does: "installs" | "migrates" | undefined): string {
  if (does === "installs") return "Start one standalone node, which installs the application";
  if (does === undefined) return "Start one standalone node";
  return `Start one standalone node of the new version${migrate ? "" : ", which migrates the data"}`;
}

/** The migrate command, in the leader's container. An entry point of the image or of the task definition stays before it. */
export const commandTask = (
  target: Target,
  before: Before,
  at: { operationId: string; revision: string; command: string[] },
) =>
  standaloneTask(target, before, {
    ...at,
    name: "migrate-command",
    summary: `Run \`${at.command.join(" ")}\` once in a standalone task of the new version, which migrates the data`,
    startedBy: commandStartedBy(at.operationId),
    clientToken: `${at.operationId}-migrate`,
    override: { command: at.command },
    environment: presetOf(target).leaderEnvironment,
  });

type Standalone = {
  name: "leader" | "migrate-command";
  operationId: string;
  revision: string;
  summary: string;
  startedBy: string;
  clientToken: string;
  override: { command?: string[] };
  environment: Record<string, string>;
};

function standaloneTask(
  target: Target,
  before: Before,
  { name, operationId, revision, summary, startedBy, clientToken, override, environment: own }: Standalone,
): Planned<RunTaskCommandInput> {
  const leader = before.services[0]!;
  const tags = { [OPERATION_TAG]: operationId, [TARGET_TAG]: target.name, [ROLE_TAG]: name };
  const environment = Object.entries(own).map(([name, value]) => ({ name, value }));
  return planned({
    name,
    phase: "migrate",
    call: "ecs:RunTask",
    resource: leader.family,
    summary,
    inverse: "Stopped; what it did to the data only the snapshot takes back",
    undo: { kind: "stop-leader", cluster: before.cluster, startedBy, family: leader.family },
    parameters: {
      cluster: before.cluster,
      taskDefinition: revision,
      count: 1,
      clientToken,
      startedBy,
      networkConfiguration: leader.network && { awsvpcConfiguration: leader.network },
      ...capacityInput(leader, before.leaderCapacity),
      overrides: { containerOverrides: [{ name: leader.container, ...override, environment }] },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
  });
}
