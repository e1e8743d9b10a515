import { OPERATION } from "../../simulation/run-upgrade.ts";
import { REPORT, runReport } from "../shapes/reports.ts";
import { CLUSTER, DATABASE, type Mistake, replace, SERVICE, whenItSays } from "./mistake.ts";

const stoppingAll = (input: { desiredCount?: number }) => input.desiredCount === 0;

export const snapshotNotAwaited: Mistake = ({ runbook: { aws } }) =>
  replace(aws.rds, "snapshot", (snapshot) => async (identifier) => {
    const found = await snapshot(identifier);
    return found && { ...found, status: "available", percent: 100 };
  });

export const snapshotTakenBeforeTheStop: Mistake = ({ runbook: { aws, clock } }) => {
  const { createSnapshot } = aws.rds;
  replace(aws.ecs, "updateService", (updateService) => async (input) => {
    const tags = { "intermission:operation": OPERATION, "intermission:role": "backup" };
    if (stoppingAll(input))
      await createSnapshot({
        of: { kind: "instance", identifier: DATABASE },
        identifier: `intermission-${OPERATION}`,
        tags,
      });
    return updateService(input);
  });
  replace(aws.rds, "snapshot", (snapshot) => async (identifier) => {
    const found = await snapshot(identifier);
    return found && { ...found, requestedAt: new Date(clock.now()).toISOString() };
  });
};

/** Counts reach 0 long before the containers are told to stop. */
export const runningCountInsteadOfStopped: Mistake = ({ runbook: { aws } }) =>
  replace(aws.ecs, "tasks", (tasks) => async (cluster, arns) => {
    const [service] = await aws.ecs.services(CLUSTER, [SERVICE]);
    const found = await tasks(cluster, arns);
    if (service!.runningCount > 0) return found;
    return found.map((task) =>
      task.group === `service:${SERVICE}` && task.desiredStatus === "STOPPED"
        ? {
            ...task,
            lastStatus: "STOPPED",
            containers: task.containers.map((one) => ({ ...one, lastStatus: "STOPPED" })),
          }
        : task,
    );
  });

/** A service replaces a node that dies, and the replacement runs the half-finished migration again. */
export const leaderInTheService: Mistake = ({ runbook: { aws, clock } }) => {
  const { updateService } = aws.ecs;
  replace(aws.ecs, "runTask", () => async ({ taskDefinition }) => {
    await updateService({ cluster: CLUSTER, service: SERVICE, taskDefinition, desiredCount: 1 });
    for (;;) {
      const tasks = await aws.ecs.tasks(CLUSTER, await aws.ecs.tasksOfService(CLUSTER, SERVICE));
      const leader = tasks.find((task) => task.taskDefinitionArn === taskDefinition);
      if (leader) return { taskArn: leader.arn };
      await clock.sleep(500);
    }
  });
};

/** Kills whatever node of the new version migrates first, once. */
export const leaderKilledInMidMigration: Mistake = ({ ecs, world }) => {
  let killed = false;
  world.log.subscribe((event) => {
    if (killed || event.kind !== "container" || event.change !== "started" || !event.image.includes("@")) return;
    killed = true;
    void world.clock.sleep(12_000).then(() => ecs.killTask(event.taskArn));
  });
};

export const leaderStartedBeforeTheStop: Mistake = ({ runbook: { aws } }) => {
  const { runTask } = aws.ecs;
  let revision: string | undefined;
  replace(aws.ecs, "registerTaskDefinition", (register) => async (input) => (revision = await register(input)));
  replace(aws.ecs, "updateService", (updateService) => async (input) => {
    if (stoppingAll(input)) {
      const [service] = await aws.ecs.services(CLUSTER, [SERVICE]);
      await runTask({
        cluster: CLUSTER,
        taskDefinition: revision,
        networkConfiguration: { awsvpcConfiguration: service!.network },
        launchType: "FARGATE",
        clientToken: OPERATION,
        startedBy: `intermission/${OPERATION}`,
      });
    }
    return updateService(input);
  });
};

export const pageNotProven: Mistake = (cloud) => {
  let page: string | undefined;
  const { aws, http } = cloud.runbook;
  replace(aws.loadBalancers, "createRule", (createRule) => async (rule) => {
    if (rule.action.type === "fixed-response") page = rule.action.body;
    return createRule(rule);
  });
  cloud.runbook.http = async (request) =>
    page && !bypasses(request) ? { status: 503, headers: {}, body: page } : http(request);
  whenItSays(cloud, "closed", async () => {
    page = undefined;
  });
};

const bypasses = ({ headers = {} }: { headers?: Record<string, string> }) => "x-intermission-bypass" in headers;

/** Whoever looks for the rules afterwards is shown those that were there. */
export const openedBeforeItIsVerified: Mistake = ({ runbook: { aws } }) => {
  const { loadBalancers } = aws;
  const closing: { arn: string; listenerArn: string }[] = [];
  replace(loadBalancers, "createRule", (createRule) => async (rule) => {
    const arn = await createRule(rule);
    if (rule.action.type === "fixed-response") closing.push({ arn, listenerArn: rule.listenerArn });
    return arn;
  });
  replace(loadBalancers, "registerTarget", (registerTarget) => async (...given) => {
    for (const { arn, listenerArn } of closing) {
      const [shown, ours] = [
        await loadBalancers.rules(listenerArn),
        await loadBalancers.rulesOfOperation(listenerArn, OPERATION),
      ];
      loadBalancers.rules = async () => shown;
      loadBalancers.rulesOfOperation = async () => ours;
      await loadBalancers.deleteRule(arn);
    }
    return registerTarget(...given);
  });
};

/** RegisterScalableTarget lifts a service that is at 0 to its minimum, in the very call that suspends its scaling. */
export const scalingSuspendedAfterTheStop: Mistake = ({ runbook: { aws } }) => {
  const { suspend } = aws.autoScaling;
  let later: (() => Promise<void>) | undefined;
  aws.autoScaling.suspend = async (...given) => {
    if (given[1].in) later = () => suspend(...given);
    else await suspend(...given);
  };
  replace(aws.ecs, "runTask", (runTask) => async (input) => {
    await later?.();
    return runTask(input);
  });
};

/** A service is told 0 once and never again, whatever somebody makes of it afterwards. */
export const servicesNotSetTo0Again: Mistake = ({ runbook: { aws } }) => {
  let stopped = false;
  replace(aws.ecs, "updateService", (updateService) => async (input) => {
    const again = stopped && input.desiredCount === 0;
    stopped ||= input.desiredCount === 0;
    return updateService(again ? { cluster: input.cluster, service: input.service } : input);
  });
};

export const verifiedByAFriendlyGuess: Mistake = (cloud) => {
  const { http } = cloud.runbook;
  cloud.runbook.http = async (request) => {
    const answer = await http(request);
    if (!bypasses(request) || !answer.body.includes("migrating")) return answer;
    const body = request.url.endsWith("getInfo") ? JSON.stringify({ data: { version: "2.0.0" } }) : "ok";
    return { status: 200, headers: {}, body };
  };
};

/** Image-only rollback: where the upgrade holds, the old revision is started on the migrated data. */
export const oldVersionOnMigratedData: Mistake = (cloud) =>
  whenItSays(cloud, "held", () =>
    cloud.runbook.aws.ecs.updateService({
      cluster: CLUSTER,
      service: SERVICE,
      taskDefinition: `${SERVICE}:1`,
      desiredCount: 3,
    }),
  );

/** Whoever asks after the leader that died is told of the node that replaced it. */
export const leadersDeathUnnoticed: Mistake = ({ runbook: { aws } }) => {
  let leader: string | undefined;
  replace(aws.ecs, "runTask", (runTask) => async (input) => {
    const run = await runTask(input);
    leader = run.taskArn;
    return run;
  });
  replace(aws.ecs, "tasks", (tasks) => async (cluster, arns) => {
    const found = await tasks(cluster, arns);
    const dead = found.find(({ arn, desiredStatus }) => arn === leader && desiredStatus === "STOPPED");
    if (!dead) return found;
    const others = await tasks(cluster, await aws.ecs.tasksOfService(cluster, SERVICE));
    const replacement = others.find(
      ({ taskDefinitionArn, desiredStatus }) =>
        desiredStatus === "RUNNING" && taskDefinitionArn === dead.taskDefinitionArn,
    );
    const shown = replacement ?? {
      ...dead,
      lastStatus: "PENDING",
      desiredStatus: "RUNNING",
      executionStoppedAt: undefined,
    };
    return found.map((task) => (task === dead ? { ...shown, arn: dead.arn } : task));
  });
};

/** A task that somebody starts while the nodes stop is neither waited for nor noticed. */
export const othersNotWaitedFor: Mistake = (cloud) => {
  const { aws } = cloud.runbook;
  whenItSays(cloud, "quiet", () => runReport(cloud));
  replace(
    aws.ecs,
    "tasksOfFamily",
    (tasksOfFamily) => async (cluster, family) => (family === REPORT ? [] : tasksOfFamily(cluster, family)),
  );
  replace(
    aws.ecs,
    "wantedTasks",
    (wantedTasks) => async (of) => ("family" in of && of.family === REPORT ? [] : wantedTasks(of)),
  );
};
