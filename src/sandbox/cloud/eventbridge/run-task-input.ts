import type * as ecs from "@aws-sdk/client-ecs";
import type { EcsParameters as RuleParameters } from "@aws-sdk/client-eventbridge";
import type { EcsParameters as ScheduleParameters } from "@aws-sdk/client-scheduler";

/** What a target's `Input` may say: the overrides of the task, as text of JSON. */
const readOverrides = (input: string | undefined): ecs.TaskOverride | undefined =>
  input === undefined ? undefined : (JSON.parse(input) as ecs.TaskOverride);

/** ECS keeps 36 characters of who started a scheduled task, however long the name. */
const STARTED_BY_LENGTH = 36;

/** The RunTask that a rule's or a schedule's ECS target asks for. Throws a SyntaxError where its input is no JSON. */
export function runTaskInput(
  clusterArn: string,
  parameters: RuleParameters | Omit<ScheduleParameters, "Tags">,
  { input, startedBy }: { input?: string; startedBy: string },
): ecs.RunTaskRequest {
  const network = parameters.NetworkConfiguration?.awsvpcConfiguration;
  return withoutAbsent({
    cluster: clusterArn,
    taskDefinition: parameters.TaskDefinitionArn,
    count: parameters.TaskCount ?? 1,
    launchType: parameters.LaunchType,
    capacityProviderStrategy: parameters.CapacityProviderStrategy as ecs.CapacityProviderStrategyItem[] | undefined,
    platformVersion: parameters.PlatformVersion,
    group: parameters.Group,
    enableECSManagedTags: parameters.EnableECSManagedTags,
    enableExecuteCommand: parameters.EnableExecuteCommand,
    propagateTags: parameters.PropagateTags,
    placementConstraints: parameters.PlacementConstraints,
    overrides: readOverrides(input),
    startedBy: startedBy.slice(0, STARTED_BY_LENGTH),
    ...(network && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: network.Subnets,
          securityGroups: network.SecurityGroups,
          assignPublicIp: network.AssignPublicIp,
        },
      },
    }),
  });
}

const withoutAbsent = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
