import type * as sdk from "@aws-sdk/client-eventbridge";
import { readExpression } from "../../../schedules/expression.ts";
import type { Handlers } from "../../wire/server.ts";
import { AwsError } from "../../wire/service.ts";
import { follow } from "../follow.ts";
import { createUuid } from "../lambda/uuid.ts";
import type { EcsCaller, FunctionCaller } from "../seams.ts";
import type { World } from "../world.ts";
import { matchesPattern } from "./event-pattern.ts";
import type { Rule } from "./rule.ts";
import { describeRule, ruleHandlers } from "./rules.ts";
import { runTaskInput } from "./run-task-input.ts";
import { targetHandlers } from "./targets.ts";

export type EventBridge = {
  handlers: Handlers<typeof sdk>;
  /** Rules with their targets, for people. */
  state(): unknown;
  /** An event of one of AWS's services, on its way to the rules whose pattern it matches. */
  publish(event: ServiceEvent): void;
  /** No rule does anything any more. */
  stop(): void;
};

export type ServiceEvent = { source: string; detailType: string; resources: string[]; detail: object };

/** How long an event takes to its targets; AWS says about half a second. */
const DELIVERY_MS = 500;

/**
 * EventBridge's default bus. A rule with a schedule runs the tasks of its ECS targets, and one with an event pattern invokes its functions with the
 * events that match; targets of other kinds are kept and described and do nothing. Of AWS's services Lambda alone sends events here.
 */
export function createEventBridge(
  world: World,
  { ecs, functions }: { ecs: EcsCaller; functions: FunctionCaller },
): EventBridge {
  const rules = new Map<string, Rule>();

  /** A rate begins to count when its rule is made or changed; nothing is due at that moment itself. */
  function arm(rule: Rule): void {
    rule.cancel();
    rule.cancel = () => {};
    if (rule.state === "DISABLED" || rule.scheduleExpression === undefined) return;
    const begunMs = world.clock.now();
    const timetable = readExpression(rule.scheduleExpression, { anchorMs: begunMs });
    rule.cancel = follow(
      world,
      (afterMs) => timetable(Math.max(afterMs, begunMs)),
      () => {
        for (const target of rule.targets.values()) runTasks(rule, target);
      },
    );
  }

  /** A target that cannot be run is a failed invocation, which nobody is told of but the log. */
  function runTasks(rule: Rule, { Arn = "", EcsParameters, Input, RoleArn = "" }: sdk.Target): void {
    if (!EcsParameters) return;
    try {
      ecs.call(
        "RunTask",
        runTaskInput(Arn, EcsParameters, { input: Input, startedBy: `events-rule/${rule.name}` }),
        RoleArn,
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  /** Lambda tries again by itself; an event that it does not take is a failed invocation, of which only the log tells. */
  async function invokeFunctions({ targets }: Rule, event: object): Promise<void> {
    for (const { Arn = "", Input } of targets.values()) {
      if (!/^arn:[^:]+:lambda:/.test(Arn)) continue;
      try {
        await functions.invoke(Arn, Input === undefined ? event : JSON.parse(Input));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    }
  }

  return {
    handlers: { ...ruleHandlers(world, rules, arm), ...targetHandlers(rules) },
    state: () => ({
      rules: [...rules.values()].map((rule) => ({ ...describeRule(rule), Targets: [...rule.targets.values()] })),
    }),
    publish({ source, detailType, resources, detail }) {
      const event = {
        version: "0",
        id: createUuid(world.ids),
        "detail-type": detailType,
        source,
        account: world.account,
        time: new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
        region: world.region,
        resources,
        detail,
      };
      world.timers.after(DELIVERY_MS, () => {
        for (const rule of rules.values())
          if (rule.state !== "DISABLED" && rule.eventPattern && matchesPattern(JSON.parse(rule.eventPattern), event))
            void invokeFunctions(rule, event);
      });
    },
    stop() {
      for (const { cancel } of rules.values()) cancel();
    },
  };
}
