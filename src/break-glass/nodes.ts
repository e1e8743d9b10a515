import { aws, awsText, each, type Step, until } from "./shell.ts";
import { type FoundBefore, type Situation, undosOf } from "./situation.ts";

/** The leader, where one was started: nobody sends it requests any more, then it ends. */
export function leaderGoes(situation: Situation): Step[] {
  const targets = undosOf(situation, "deregister-target");
  const leaders = undosOf(situation, "stop-leader");
  if (targets.length + leaders.length === 0) return [];
  return [
    {
      title: "The leader goes",
      why: [
        "First its address, on every path: nobody but us takes it out of the target group, and a stranger may get it next.",
      ],
      commands: [
        ...targets.map(({ targetGroupArn, id, port }) =>
          aws("elbv2", "deregister-targets", {
            "target-group-arn": targetGroupArn,
            targets: [`Id=${id},Port=${port}`],
          }),
        ),
        ...leaders.flatMap(({ cluster, startedBy }) => [
          each("task", awsText("ecs", "list-tasks", "taskArns[]", { cluster, "started-by": startedBy }), [
            `${aws("ecs", "stop-task", { cluster, reason: "by hand" })} --task "$task" > /dev/null`,
          ]),
          until("0", awsText("ecs", "list-tasks", "length(taskArns)", { cluster, "started-by": startedBy })),
        ]),
      ],
      goOn: "no task that the operation started is listed as running any more. That is no proof yet that its container has ended.",
    },
  ];
}

type Family = { cluster: string; family: string; except?: string };

/**
 * Proof that no container of these families runs, task by task: counts reach 0 while containers still handle SIGTERM, and write. `except` is the
 * revision that may run.
 */
export function everyContainerHasEnded(families: readonly Family[]): string[] {
  const look = families.map(({ cluster, family, except }) =>
    [
      "  for status in RUNNING STOPPED; do",
      `    tasks=$(${awsText("ecs", "list-tasks", "taskArns[]", { cluster, family })} --desired-status "$status") || { echo unknown; return; }`,
      `    [ -z "$tasks" ] || ${awsText("ecs", "describe-tasks", `tasks[?lastStatus!=\`STOPPED\`${except ? ` && taskDefinitionArn!=\`${except}\`` : ""}].[taskArn,lastStatus]`, { cluster })} --tasks $tasks || echo unknown`,
      "  done",
    ].join("\n"),
  );
  return ["tasks_that_have_not_ended() {", ...look, "}", until("", "tasks_that_have_not_ended")];
}

export type Wanted = {
  cluster: string;
  service: string;
  count: number;
  taskDefinitionArn: string;
  /** Where it runs a revision that is registered on the way: the shell variable that has its ARN. */
  revisionVariable?: string;
};

/** The old revision with a count. The revision is named too: what the service has may be the new one. `anew`: in a deployment of its own. */
export function start(
  { cluster, service, count, taskDefinitionArn, revisionVariable }: Wanted,
  { anew = false }: { anew?: boolean } = {},
): string {
  const revision = revisionVariable ? {} : { "task-definition": taskDefinitionArn };
  const command = aws("ecs", "update-service", { cluster, service, ...revision, "desired-count": count });
  return `${command}${revisionVariable ? ` --task-definition "$${revisionVariable}"` : ""}${anew ? " --force-new-deployment" : ""} > /dev/null`;
}

/** So many nodes run, nothing else does, and its target groups have as many that are healthy. */
export function serves({ cluster, service, count }: Wanted, before: FoundBefore | undefined): string[] {
  const groups = before?.services.find(({ name }) => name === service)?.loadBalancers;
  const healthy = `length(TargetHealthDescriptions[?TargetHealth.State==\`healthy\`]) >= \`${count}\``;
  const of = { cluster, services: [service] };
  return [
    until(`${count}`, awsText("ecs", "describe-services", "services[0].runningCount", of)),
    until("0", awsText("ecs", "describe-services", "services[0].pendingCount", of)),
    ...(groups
      ? groups.map(({ targetGroupArn }) =>
          until("True", awsText("elbv2", "describe-target-health", healthy, { "target-group-arn": targetGroupArn })),
        )
      : [
          each("group", awsText("ecs", "describe-services", "services[0].loadBalancers[].targetGroupArn", of), [
            `${until("True", awsText("elbv2", "describe-target-health", healthy, {}))} --target-group-arn "$group"`,
          ]),
        ]),
  ];
}
