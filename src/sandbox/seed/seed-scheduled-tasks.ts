import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import type { ScheduledTaskSeed } from "./scheduled-tasks-schema.ts";
import type { Seed } from "./schema.ts";
import type { SeedClients } from "./seed-clients.ts";
import { SUBNETS } from "./subnets.ts";

type Context = { clients: Pick<SeedClients, "eventBridge" | "scheduler"> };

/** Makes rules and schedules that run tasks on Fargate, or on instances where their definition has no network of its own. */
export async function seedScheduledTasks(seed: Seed, { clients }: Context): Promise<void> {
  for (const [name, task] of Object.entries(seed.scheduledTasks)) {
    const target = targetOf(seed, task);
    const state = task.enabled ? ("ENABLED" as const) : ("DISABLED" as const);
    if (task.by === "rule") {
      await clients.eventBridge.send(
        new PutRuleCommand({ Name: name, ScheduleExpression: task.schedule, State: state }),
      );
      await clients.eventBridge.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: "tasks", ...target }] }));
    } else
      await clients.scheduler.send(
        new CreateScheduleCommand({
          Name: name,
          ScheduleExpression: task.schedule,
          ScheduleExpressionTimezone: task.timezone,
          State: state,
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: target,
        }),
      );
  }
}

function targetOf(seed: Seed, { cluster, taskDefinition, count }: ScheduledTaskSeed) {
  const awsvpc = seed.taskDefinitions[taskDefinition]?.network === "awsvpc";
  const arn = (resource: string) => `arn:aws:ecs:${seed.region}:${seed.account}:${resource}`;
  return {
    Arn: arn(`cluster/${cluster}`),
    RoleArn: `arn:aws:iam::${seed.account}:role/ecsEvents`,
    EcsParameters: {
      TaskDefinitionArn: arn(`task-definition/${taskDefinition}`),
      TaskCount: count,
      LaunchType: awsvpc ? ("FARGATE" as const) : ("EC2" as const),
      ...(awsvpc && { NetworkConfiguration: { awsvpcConfiguration: { Subnets: SUBNETS } } }),
    },
  };
}
