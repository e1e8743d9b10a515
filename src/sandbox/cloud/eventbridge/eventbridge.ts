import type * as sdk from "@aws-sdk/client-eventbridge";
import { readExpression } from "../../../schedules/expression.ts";
import type { Handlers } from "../../wire/server.ts";
import { AwsError } from "../../wire/service.ts";
import { follow } from "../follow.ts";
import { createUuid } from "../lambda/uuid.ts";
import type { EcsCaller, FunctionCaller } from "../seams.ts";
import type { World } from "../world.ts";
import { createBuses, DEFAULT_BUS } from "./buses.ts";
import { matchesPattern } from "./event-pattern.ts";
import { putEventsHandlers } from "./put-events.ts";
import type { Rule } from "./rule.ts";
import { describeRule, ruleHandlers } from "./rules.ts";
import { runTaskInput } from "./run-task-input.ts";
import { targetHandlers } from "./targets.ts";

export type EventBridge = {
  handlers: Handlers<typeof sdk>;
  /** Rules with their targets, for people. */
  state(): unknown;
  /** An event of one of AWS's services, on its way to the rules of the default bus whose pattern it matches. */
  publish(event: ServiceEvent): void;
  /** No rule does anything any more. */
  stop(): void;
};

export type ServiceEvent = { source: string; detailType: string; resources: string[]; detail: object };

/** How long an event takes to its targets; AWS says about half a second. */
const DELIVERY_MS = 500;

/**
 * EventBridge: the default bus and custom ones. A rule with a schedule runs the tasks of its ECS targets and invokes its functions, one with an event
 * pattern invokes its functions with the events that match; targets of other kinds are kept and described and do nothing. Of AWS's services Lambda
 * alone sends events here.
 */
export function createEventBridge(
  world: World,
  { ecs, functions }: { ecs: EcsCaller; functions: FunctionCaller },
): EventBridge {
  const rules = new Map<string, Rule>();
  const buses = createBuses(world, rules);

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
        const scheduled = { source: "aws.events", detailType: "Scheduled Event", resources: [rule.arn], detail: {} };
        void invokeFunctions(rule, eventOf(scheduled));
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

  const eventOf = (
    { source, detailType, resources, detail }: ServiceEvent,
    { id = createUuid(world.ids), time = new Date(world.clock.now()) } = {},
  ): Record<string, unknown> => ({
    version: "0",
    id,
    "detail-type": detailType,
    source,
    account: world.account,
    time: time.toISOString().replace(/\.\d+Z$/, "Z"),
    region: world.region,
    resources,
    detail,
  });

  function deliver(bus: string, event: Record<string, unknown>): void {
    world.timers.after(DELIVERY_MS, () => {
      for (const rule of rules.values())
        if (
          rule.bus === bus &&
          rule.state !== "DISABLED" &&
          rule.eventPattern &&
          matchesPattern(JSON.parse(rule.eventPattern), event)
        )
          void invokeFunctions(rule, event);
    });
  }

  const takeEvents = putEventsHandlers(world, buses, ({ bus, id, time, entry, detail }) => {
    const { Source: source = "", DetailType: detailType = "", Resources: resources = [] } = entry;
    world.log.append({ kind: "bus-event", bus, source, detailType, resources, detail });
    deliver(bus, eventOf({ source, detailType, resources, detail }, { id, time }));
  });

  return {
    handlers: {
      ...buses.handlers,
      ...ruleHandlers(world, { rules, buses, arm }),
      ...targetHandlers({ rules, buses }),
      ...takeEvents,
    },
    state: () => ({
      rules: [...rules.values()].map((rule) => ({ ...describeRule(rule), Targets: [...rule.targets.values()] })),
    }),
    publish: (event) => deliver(DEFAULT_BUS, eventOf(event)),
    stop() {
      for (const { cancel } of rules.values()) cancel();
    },
  };
}
