import type * as sdk from "@aws-sdk/client-cloudwatch";
import type { Handlers } from "../../wire/server.ts";
import type { World } from "../world.ts";
import { type AlarmAction, createAlarms } from "./alarms.ts";
import type { Metrics } from "./metrics.ts";
import { readingHandlers } from "./reading.ts";
import { countRequests } from "./request-counts.ts";

export type CloudWatch = {
  handlers: Handlers<typeof sdk>;
  /** Alarms, for people. */
  state(): unknown;
  stop(): void;
};

/** CloudWatch: metrics of load balancers as they are counted, others as somebody sets them, and alarms on them that may call a scaling policy. */
export function createCloudWatch(world: World, { metrics, act }: { metrics: Metrics; act: AlarmAction }): CloudWatch {
  const alarms = createAlarms(world, { metrics, act });
  const stopCounting = countRequests(world, metrics);
  return {
    handlers: { ...readingHandlers(world, metrics), ...alarms.handlers },
    state: () => ({ alarms: alarms.all() }),
    stop() {
      stopCounting();
      alarms.stop();
    },
  };
}
