import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type TaskDefinition,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { createEcsCapacity } from "./ecs-capacity.ts";
import { type EcsService, type EcsTask, toService, toTask } from "./ecs-shapes.ts";
import { isAwsError } from "./errors.ts";
import { inBatches } from "./in-batches.ts";
import { rememberedOnce } from "./remembered-once.ts";
import { said } from "./said.ts";

export type Ecs = ReturnType<typeof createEcs>;

/** Some ten kilobytes each: a process remembers so many at most. */
const MOST_REVISIONS = 1_000;

/** Calls to ECS in the words of the runbook. Batches are those of the API: 10 services, 100 tasks a call. */
export function createEcs(client: ECSClient) {
  /** Services that do not exist are missing from the answer. */
  async function services(cluster: string, names: string[]): Promise<EcsService[]> {
    const found: EcsService[] = [];
    for (let start = 0; start < names.length; start += 10) {
      const { services = [] } = await client.send(
        new DescribeServicesCommand({ cluster, services: names.slice(start, start + 10), include: ["TAGS"] }),
      );
      found.push(...services.filter(({ status }) => status !== "INACTIVE").map(toService));
    }
    return found;
  }

  /** Every service of a cluster, the target's among them. */
  async function allServices(cluster: string): Promise<EcsService[]> {
    const arns: string[] = [];
    for (let nextToken: string | undefined; ; ) {
      const page = await client.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken }));
      arns.push(...(page.serviceArns ?? []));
      nextToken = page.nextToken;
      if (!nextToken) break;
    }
    const batches = Array.from({ length: Math.ceil(arns.length / 10) }, (_, index) =>
      arns.slice(index * 10, index * 10 + 10),
    );
    return (await inBatches(batches, (batch) => services(cluster, batch))).flat();
  }

  /** Tasks that ECS has forgotten (an hour after they stopped) are missing from the answer. */
  async function tasks(cluster: string, arns: string[]): Promise<EcsTask[]> {
    const found: EcsTask[] = [];
    for (let start = 0; start < arns.length; start += 100) {
      const { tasks = [] } = await client.send(
        new DescribeTasksCommand({ cluster, tasks: arns.slice(start, start + 100) }),
      );
      found.push(...tasks.map(toTask));
    }
    return found;
  }

  async function list(input: ListTasksCommandInput): Promise<string[]> {
    const arns: string[] = [];
    for (let nextToken: string | undefined; ; ) {
      const page = await client.send(new ListTasksCommand({ ...input, nextToken }));
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
      if (!nextToken) return arns;
    }
  }

  /**
   * Running and stopping ones: without a filter ListTasks hides every task that ECS has told to stop, though it may run for minutes yet. One after
   * the other, for a task that is told to stop in between would be on neither list otherwise.
   */
  const listAll = async (input: ListTasksCommandInput): Promise<string[]> => [
    ...new Set([
      ...(await list({ ...input, desiredStatus: "RUNNING" })),
      ...(await list({ ...input, desiredStatus: "STOPPED" })),
    ]),
  ];

  async function taskDefinition(
    nameOrArn: string,
  ): Promise<{ definition: TaskDefinition; tags: Record<string, string> }> {
    const { taskDefinition, tags = [] } = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: nameOrArn, include: ["TAGS"] }),
    );
    return {
      definition: said(taskDefinition, `what ${nameOrArn} is`),
      tags: Object.fromEntries(tags.map(({ key, value }) => [key!, value ?? ""])),
    };
  }
  const definitionOf = async (nameOrArn: string) => (await taskDefinition(nameOrArn)).definition;
  const rememberedRevision = rememberedOnce(definitionOf, { most: MOST_REVISIONS });

  return {
    ...createEcsCapacity(client),
    services,
    allServices,
    tasks,
    /** Those that ECS wants to run: a task that it has told to stop is not among them. */
    wantedTasks: (of: { cluster: string } & ({ serviceName: string } | { family: string })) =>
      list({ ...of, desiredStatus: "RUNNING" }),
    async clusterArns(): Promise<string[]> {
      const arns: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await client.send(new ListClustersCommand({ nextToken }));
        arns.push(...(page.clusterArns ?? []));
        nextToken = page.nextToken;
        if (!nextToken) return arns;
      }
    },

    tasksOfCluster: (cluster: string) => listAll({ cluster }),
    tasksOfService: (cluster: string, serviceName: string) => listAll({ cluster, serviceName }),
    tasksOfFamily: (cluster: string, family: string) => listAll({ cluster, family }),
    /** `startedBy` must be ListTasks' only filter, so stopped tasks are found by their family instead. */
    async tasksStartedBy(
      cluster: string,
      { startedBy, family }: { startedBy: string; family: string },
    ): Promise<EcsTask[]> {
      const arns = [
        ...(await list({ cluster, startedBy })),
        ...(await list({ cluster, family, desiredStatus: "STOPPED" })),
      ];
      return (await tasks(cluster, [...new Set(arns)])).filter((task) => task.startedBy === startedBy);
    },

    taskDefinition,
    /**
     * What a revision runs, however often and for whichever operation of this process it is asked, in one call: it never changes. What a family or a name without a
     * revision stands for is asked each time.
     */
    revision: (nameOrArn: string): Promise<TaskDefinition> =>
      /:\d+$/.test(nameOrArn) ? rememberedRevision(nameOrArn) : definitionOf(nameOrArn),

    /** The ARNs of a family's ACTIVE revisions, the one registered last first. */
    async *newestRevisions(familyPrefix: string): AsyncGenerator<string> {
      for (let nextToken: string | undefined; ; ) {
        const page = await client.send(
          new ListTaskDefinitionsCommand({ familyPrefix, sort: "DESC", status: "ACTIVE", nextToken }),
        );
        yield* page.taskDefinitionArns ?? [];
        nextToken = page.nextToken;
        if (!nextToken) return;
      }
    },

    async registerTaskDefinition(input: RegisterTaskDefinitionCommandInput): Promise<string> {
      const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(input));
      return said(taskDefinition?.taskDefinitionArn, `the ARN of the revision of ${input.family} that it registered`);
    },

    async deregisterTaskDefinition(taskDefinitionArn: string): Promise<void> {
      await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }));
    },

    async updateService(input: UpdateServiceCommandInput): Promise<EcsService> {
      const { service } = await client.send(new UpdateServiceCommand(input));
      return toService(said(service, `how ${input.service} is after its update`));
    },

    async runTask(input: RunTaskCommandInput): Promise<{ taskArn?: string; failure?: string }> {
      const { tasks = [], failures = [] } = await client.send(new RunTaskCommand(input));
      const [failure] = failures;
      return {
        taskArn: tasks[0]?.taskArn,
        failure: failure && [failure.reason, failure.detail].filter(Boolean).join(": "),
      };
    },

    /** A task that is stopped already, or forgotten, is success. */
    async stopTask(cluster: string, task: string, reason: string): Promise<void> {
      try {
        await client.send(new StopTaskCommand({ cluster, task, reason }));
      } catch (error) {
        const gone =
          isAwsError(error, "InvalidParameterException") && /already stopped|not found/i.test((error as Error).message);
        if (!gone) throw error;
      }
    },
  };
}
