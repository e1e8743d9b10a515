import { ofKind } from "../analysis/log-reading.ts";
import type { ProfileRun } from "../runners/run-profile.ts";

export type CallCount = { service: string; operation: string; calls: number };

const SHORT: Record<string, string> = {
  "Elastic Load Balancing v2": "ELB",
  "Application Auto Scaling": "Auto Scaling",
};

/** Every call of a runner by operation, most frequent first. */
export function callsOf({ events, role }: Pick<ProfileRun, "events" | "role">): CallCount[] {
  const calls = ofKind(events, "call").filter(({ caller }) => caller.includes(`/${role}/`));
  return [...Map.groupBy(calls, ({ service, operation }) => `${SHORT[service] ?? service} ${operation}`)]
    .map(([name, all]) => {
      const [first] = all;
      return { service: SHORT[first!.service] ?? first!.service, operation: first!.operation, calls: all.length, name };
    })
    .toSorted((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1))
    .map(({ service, operation, calls }) => ({ service, operation, calls }));
}
