import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { isAwsError } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import { inBatches } from "./in-batches.ts";
import { said, saidText } from "./said.ts";
import { type TaskRun, taskRunOf } from "./task-run.ts";

export type EventBridge = ReturnType<typeof createEventBridge>;

/** A rule of EventBridge as far as the runbook reads it. */
export type Rule = {
  bus: string;
  name: string;
  arn: string;
  /** `ENABLED`, `DISABLED`, or one of the states for CloudTrail's events. */
  state: string;
  /** `rate(…)` or `cron(…)`, in UTC. A rule without one waits for events. */
  schedule?: string;
  pattern?: string;
  description?: string;
  roleArn?: string;
  /** The service that made the rule, which alone may change it. */
  managedBy?: string;
  /** Everything but the state, as a fingerprint: a rule that somebody changed has another one. */
  fingerprint: string;
};
export type RuleOfTasks = Rule & { runs: TaskRun[]; otherTargets: number };
export type RuleName = { bus: string; name: string };

/** EventBridge's rules that run tasks. */
export function createEventBridge(client: EventBridgeClient) {
  async function everyBus(): Promise<string[]> {
    return pages(async (NextToken) => {
      const { EventBuses = [], NextToken: next } = await client.send(new ListEventBusesCommand({ NextToken }));
      return { items: EventBuses.map(({ Name }) => saidText(Name, "how a bus is called")), next };
    });
  }

  const namesOf = (bus: string, clusterArn: string) =>
    pages(async (NextToken) => {
      const input = { EventBusName: bus, TargetArn: clusterArn, NextToken };
      const { RuleNames = [], NextToken: next } = await client.send(new ListRuleNamesByTargetCommand(input));
      return { items: RuleNames.map((name) => saidText(name, `the rules that run tasks in ${clusterArn}`)), next };
    });

  const everyName = (bus: string) =>
    pages(async (NextToken) => {
      const { Rules = [], NextToken: next } = await client.send(new ListRulesCommand({ EventBusName: bus, NextToken }));
      return {
        items: Rules.map(({ Name }) => ({ bus, name: saidText(Name, `how a rule of ${bus} is called`) })),
        next,
      };
    });

  const targetsOf = ({ bus, name }: RuleName) =>
    pages<Target>(async (NextToken) => {
      const input = { EventBusName: bus, Rule: name, NextToken };
      const { Targets = [], NextToken: next } = await client.send(new ListTargetsByRuleCommand(input));
      return { items: Targets, next };
    });

  /** Undefined where there is none of that name. */
  async function rule({ bus, name }: RuleName): Promise<Rule | undefined> {
    return unlessGone(async () => {
      const found = await client.send(new DescribeRuleCommand({ EventBusName: bus, Name: name }));
      const settings = {
        schedule: found.ScheduleExpression,
        pattern: found.EventPattern,
        description: found.Description,
        roleArn: found.RoleArn,
      };
      return {
        bus,
        name,
        arn: saidText(found.Arn, `the ARN of rule ${name}`),
        // Without it a rule would be taken for paused, or for as it was before.
        state: saidText(found.State, `the state of rule ${name}`),
        ...settings,
        managedBy: found.ManagedBy,
        fingerprint: fingerprint(settings),
      };
    });
  }

  async function withRuns(name: RuleName, targets: Target[], clusterArns: string[]): Promise<RuleOfTasks[]> {
    const described = await rule(name);
    if (!described) return [];
    const runs = targets.flatMap(({ Arn, EcsParameters, Input }) => {
      const arn = saidText(Arn, `what rule ${name.name} calls`);
      if (!EcsParameters && !clusterArns.includes(arn)) return [];
      return [taskRunOf(arn, said(EcsParameters, `which task rule ${name.name} runs`), Input)];
    });
    return [{ ...described, runs, otherTargets: targets.length - runs.length }];
  }

  return {
    rule,

    /**
     * Every rule, on whatever bus, that runs tasks in one of the clusters. EventBridge tells either which rules call a cluster or what a rule calls, one a
     * call: each cluster is asked about where there are fewer of them, and each rule where there are fewer of those, as in an account of many applications.
     */
    async rulesOfTasks(clusterArns: string[]): Promise<RuleOfTasks[]> {
      const buses = await everyBus();
      const places = buses.flatMap((bus) => clusterArns.map((clusterArn) => ({ bus, clusterArn })));
      const all = places.length > buses.length ? (await inBatches(buses, everyName)).flat() : undefined;
      if (all && all.length < places.length) {
        const found = await inBatches(all, async (name) => ({
          name,
          targets: (await unlessGone(() => targetsOf(name))) ?? [],
        }));
        const calling = found.filter(({ name, targets }) =>
          targets.some(({ Arn }) => clusterArns.includes(saidText(Arn, `what rule ${name.name} calls`))),
        );
        return (await inBatches(calling, ({ name, targets }) => withRuns(name, targets, clusterArns))).flat();
      }
      const lists = await inBatches(places, async ({ bus, clusterArn }) =>
        (await namesOf(bus, clusterArn)).map((name) => ({ bus, name })),
      );
      const names = new Map(lists.flat().map((name) => [`${name.bus}/${name.name}`, name]));
      const rules = await inBatches([...names.values()], async (name) =>
        withRuns(name, (await unlessGone(() => targetsOf(name))) ?? [], clusterArns),
      );
      return rules.flat();
    },

    async disable({ bus, name }: RuleName): Promise<void> {
      await client.send(new DisableRuleCommand({ EventBusName: bus, Name: name }));
    },

    /** EnableRule knows one state only: a rule that also saw CloudTrail's read events gets its own again by PutRule, which keeps its targets and tags. */
    async enable({ bus, name, ...was }: Rule): Promise<void> {
      if (was.state === "ENABLED") {
        await client.send(new EnableRuleCommand({ EventBusName: bus, Name: name }));
        return;
      }
      await client.send(
        new PutRuleCommand({
          EventBusName: bus,
          Name: name,
          ScheduleExpression: was.schedule,
          EventPattern: was.pattern,
          State: was.state as "ENABLED",
          Description: was.description,
          RoleArn: was.roleArn,
        }),
      );
    },
  };
}

async function pages<Item>(
  page: (token: string | undefined) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let token: string | undefined; ; ) {
    const { items, next } = await page(token);
    all.push(...items);
    if (!next) return all;
    token = next;
  }
}

async function unlessGone<Value>(run: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isAwsError(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}
