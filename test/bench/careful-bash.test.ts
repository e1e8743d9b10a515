import type { ECSClient } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import type { Clients } from "../../bench/runners/by-hand.ts";
import { carefulBash, WaiterGaveUp } from "../../bench/runners/careful-bash.ts";
import { systemClock } from "../../src/clock.ts";
import { inVirtualTime } from "../virtual-time.ts";

/** An ECS whose tasks have stopped after so long. */
function stoppingAfter(ms: number) {
  const beganAt = systemClock.now();
  const looks: number[] = [];
  const ecs = {
    send: async () => {
      looks.push(systemClock.now() - beganAt);
      return { tasks: [{ lastStatus: systemClock.now() - beganAt >= ms ? "STOPPED" : "RUNNING" }] };
    },
  } as unknown as ECSClient;
  return { clients: { ecs } as Clients, looks };
}

it("the AWS CLI's waiter looks as soon as it has started, and then each six seconds", () =>
  inVirtualTime(async () => {
    const { clients, looks } = stoppingAfter(10_000);
    await carefulBash(systemClock, { cliStart: 850 }).tasksStopped(clients, { cluster: "crm", tasks: ["task"] });
    expect(looks).toEqual([0, 6_000, 12_000].map((ms) => ms + 850));
  }));

it("the AWS CLI's waiter gives up after a hundred looks", () =>
  inVirtualTime(async () => {
    const { clients, looks } = stoppingAfter(Number.POSITIVE_INFINITY);
    const waiting = carefulBash(systemClock, { cliStart: 850 }).tasksStopped(clients, {
      cluster: "crm",
      tasks: ["task"],
    });
    await expect(waiting).rejects.toThrow(WaiterGaveUp);
    expect(looks).toHaveLength(100);
  }));
