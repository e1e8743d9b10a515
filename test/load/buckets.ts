import type { Call } from "./many-noticeboards.ts";

/** What AWS lets an account do: so many calls at once, and so many a second in the long run. */
type Bucket = { name: string; burst: number; perSecond: number; has(call: Call): boolean };

const ecs = (operations: RegExp) => (call: Call) => call.service === "ECS" && operations.test(call.operation);
export const buckets: readonly Bucket[] = [
  { name: "ECS: services changed", burst: 50, perSecond: 5, has: ecs(/^(Create|Update|Delete)Service$/) },
  {
    name: "ECS: services and clusters read",
    burst: 100,
    perSecond: 20,
    has: ecs(/^(Describe|List)(Services|Clusters)$/),
  },
  { name: "ECS: tasks read", burst: 100, perSecond: 20, has: ecs(/^(Describe|List)Tasks$/) },
  { name: "ECS: tasks started and stopped", burst: 100, perSecond: 40, has: ecs(/^(Run|Stop)Task$/) },
  { name: "ECS: task definitions read", burst: 50, perSecond: 20, has: ecs(/^(Describe|List)TaskDefinitions?$/) },
  {
    name: "ECS: task definitions registered",
    burst: 20,
    perSecond: 1,
    has: ecs(/^(Register|Deregister)TaskDefinition$/),
  },
  {
    name: "ELB: read",
    burst: 40,
    perSecond: 10,
    has: ({ service, operation }) => /Elastic|ELB/i.test(service) && operation.startsWith("Describe"),
  },
];

export type Filled = { bucket: string; calls: number; busiestMinute: number; refused: number };

/** How many calls there were, in the busiest minute, and how many AWS would have refused at first. */
export const fillOf = (calls: readonly Call[]): Filled[] =>
  buckets.map(({ name, burst, perSecond, has }) => {
    const times = calls.filter(has).map(({ at }) => Date.parse(at));
    let [tokens, last, refused] = [burst, times[0] ?? 0, 0];
    for (const time of times) {
      tokens = Math.min(burst, tokens + ((time - last) / 1_000) * perSecond);
      last = time;
      if (tokens >= 1) tokens -= 1;
      else refused += 1;
    }
    const busiestMinute = Math.max(
      0,
      ...times.map((time) => times.filter((each) => each >= time && each < time + 60_000).length),
    );
    return { bucket: name, calls: times.length, busiestMinute, refused };
  });
