import type { HandlerMap } from "../wire/handlers.ts";
import type { SandboxEvent } from "./event-log.ts";
import type { World } from "./world.ts";

/**
 * The reads of each service, by the SDK's name of it, that may answer what was so a while ago.
 *
 * - ECS: "The Amazon ECS API follows an eventual consistency model. … the result of an API command you run that affects your Amazon ECS
 *   resources might not be immediately visible to all subsequent commands you run." (RunTask in the API reference.)
 * - Elastic Load Balancing: nothing is promised. A rule that was just created was not among those described
 *   (hashicorp/terraform-provider-aws #6154, #20442), for which that tool waits up to a minute.
 * - RDS: nothing is promised either. Reads that lag are conceivable, as they are for EC2, whose documentation says so.
 */
export const MAY_BE_STALE = {
  ECS: ["DescribeTasks", "DescribeServices", "ListTasks"],
  "Elastic Load Balancing v2": ["DescribeRules", "DescribeTargetHealth"],
  RDS: ["DescribeDBSnapshots", "DescribeDBInstances", "DescribeDBClusterSnapshots", "DescribeDBClusters"],
} as const;
export type StaleService = keyof typeof MAY_BE_STALE;

export type Staleness = {
  service: StaleService;
  /** How old an answer may be, in milliseconds. Whoever reads at the first moment of it reads what is so then. */
  lagMs: number;
  /** `late`: every answer is as old as it may be. `flapping`: each is of an age of its own, so that an older one may follow a newer one. */
  order: "late" | "flapping";
};

export type StaleReads = {
  /**
   * The service's handlers, whose reads answer what was so before wherever they are said to. `remember` gives the reads as they are now: asked
   * later, with the moment that was meant, they still answer so.
   */
  over<Service extends HandlerMap>(
    service: StaleService,
    handlers: Service,
    remember: () => (asOfMs: number) => HandlerMap,
  ): Service;
  /** From now on reads lag, until the returned function is called. Of several at once, the last one counts. */
  begin(staleness: Staleness): () => void;
};

type Memory = { atMs: number; reads: (asOfMs: number) => HandlerMap };
type Lagging = Staleness & { memories: Memory[]; forget(): void };

/** Answers from the past, drawn from a service's own history while somebody wants them: off by default, since nothing is remembered then. */
export function createStaleReads({ clock, log, ids }: Pick<World, "clock" | "log" | "ids">): StaleReads {
  const sources = new Map<StaleService, () => Memory["reads"]>();
  const lagging = new Set<Lagging>();

  function find({ lagMs, order, memories }: Lagging): { memory: Memory; asOfMs: number } {
    const ageMs = order === "late" ? lagMs : Math.floor(ids.fraction() * (lagMs + 1));
    const asOfMs = Math.max(memories[0]!.atMs, clock.now() - ageMs);
    return { memory: memories.findLast(({ atMs }) => atMs <= asOfMs)!, asOfMs };
  }

  return {
    over(service, handlers, remember) {
      sources.set(service, remember);
      const reads = MAY_BE_STALE[service].flatMap((operation) => {
        const now = handlers[operation];
        if (!now) return [];
        const read: typeof now = (input, identity) => {
          const lag = [...lagging].findLast((each) => each.service === service);
          if (!lag) return now(input, identity);
          const { memory, asOfMs } = find(lag);
          return memory.reads(asOfMs)[operation]!(input, identity);
        };
        return [[operation, read] as const];
      });
      return { ...handlers, ...Object.fromEntries(reads) };
    },
    begin(staleness) {
      const remember = sources.get(staleness.service);
      if (!remember) throw new Error(`expected a service whose reads may be stale, found ${staleness.service}`);
      const memories: Memory[] = [{ atMs: clock.now(), reads: remember() }];
      let isDue = false;
      // What belongs to one moment is remembered together, when all of it has happened.
      const later = (event: SandboxEvent) => {
        if (isDue || !isChange(event)) return;
        isDue = true;
        queueMicrotask(() => {
          isDue = false;
          const atMs = clock.now();
          if (memories.at(-1)!.atMs === atMs && memories.length > 1) memories.pop();
          memories.push({ atMs, reads: remember() });
          while (memories.length > 1 && memories[1]!.atMs <= atMs - staleness.lagMs) memories.shift();
        });
      };
      const entry: Lagging = { ...staleness, memories, forget: log.subscribe(later) };
      lagging.add(entry);
      return () => {
        lagging.delete(entry);
        entry.forget();
      };
    },
  };
}

/** Requests and reads change nothing that a service would describe. */
const isChange = (event: SandboxEvent): boolean =>
  event.kind !== "request" &&
  !(event.kind === "call" && (event.service === "DynamoDB" || /^(Describe|List|Get)/.test(event.operation)));
