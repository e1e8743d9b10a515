import type * as sdk from "@aws-sdk/client-eventbridge";
import { readExpression } from "../../../schedules/expression.ts";
import type { Handlers } from "../../wire/server.ts";
import { AwsError } from "../../wire/service.ts";
import { follow } from "../follow.ts";
import type { EcsCaller } from "../seams.ts";
import type { World } from "../world.ts";
import type { Rule } from "./rule.ts";
import { describeRule, ruleHandlers } from "./rules.ts";
import { runTaskInput } from "./run-task-input.ts";
import { targetHandlers } from "./targets.ts";

export type EventBridge = {
  handlers: Handlers<typeof sdk>;
  /** Rules with their targets, for people. */
  state(): unknown;
  /** No rule does anything any more. */
  stop(): void;
};

/**
 * EventBridge's default bus. A rule with a schedule runs the tasks of its ECS targets; targets of other kinds, and rules with an event pattern, are kept
 * and described and do nothing, since no service here sends events.
 */
export function createEventBridge(world: World, { ecs }: { ecs: EcsCaller }): EventBridge {
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

  return {
    handlers: { ...ruleHandlers(world, rules, arm), ...targetHandlers(rules) },
    state: () => ({
      rules: [...rules.values()].map((rule) => ({ ...describeRule(rule), Targets: [...rule.targets.values()] })),
    }),
    stop() {
      for (const { cancel } of rules.values()) cancel();
    },
  };
}
