import type { Aws } from "../aws/aws.ts";
import type { Clock } from "../clock.ts";
import type { Look, Workflow } from "../engine/workflow.ts";
import type { OperationFact, Problem } from "../operations/event.ts";
import type { Identity, OperationRequest, Phase } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Http, ResolveName } from "../targets/http.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { phaseRuns } from "./phase-run.ts";
import type { Planned } from "./planned.ts";
import { canStop, type Point } from "./point.ts";
import { opensInTime } from "./time-limits.ts";
import type { Suspension, WaitEnd } from "./wait-until.ts";

/** What a procedure reaches the world through. */
export type World = {
  aws: Aws;
  http: Http;
  resolveName: ResolveName;
  store: OperationStore;
  clock: Clock;
  /** Wakes a person. Only ever what nobody would notice otherwise: a held operation, and what an ended one has left. */
  alarm(alarm: Alarm): void;
  /** How many operations may be between their first look and their end at a time, as AWS' request limits of the account permit it. */
  windowsAtOnce: number;
};
export type Alarm = {
  event: "operation-held" | "operation-left-something" | "operation-waits";
  operation: string;
  target: string;
  problem?: Problem;
  leftovers?: { what: string; fix: string }[];
  message?: string;
};

/** In the names of whatever belongs to a way back. */
export const BACK = "back/";

/** One operation on its way through a procedure. */
export type OperationRun = World & {
  readonly id: string;
  readonly target: Target;
  readonly request: OperationRequest;
  readonly requestedBy: Identity;
  readonly point: Point;
  /** How the target was before it was touched; undefined until then. */
  readonly before: Before | undefined;
  /** From here on a failure puts everything back by itself. What was before is kept for whoever takes over. */
  startChanging(before: Before): Promise<void>;
  /** From here on the data may be changed, by a new version or by people: a failure restores the database or holds, never just the image. */
  passPointOfNoReturn(snapshot: string | undefined, next?: Phase): Promise<void>;
  /** Whether the journal has the intent to start the leader: before that no new version can have run. */
  leaderWasAskedFor(): Promise<boolean>;
  /** The leader was asked for, and the nodes that follow it were not: where it runs in its service, it is replaced if it ends. */
  leaderNeedsGuard(): Promise<boolean>;
  /** From here on visitors may write to the new version: nothing is thrown away without a decision. */
  startOpening(): void;
  isOpen(): void;
  /** Where a run that takes over begins: it has not gone through the phases before. */
  resumeAt(point: Point, before: Before): void;
  /** Prefixes the keys of what this leg of the operation writes down: the way there, the way back, and each take-over are one. */
  readonly leg: string;
  /** Looked at during every wait until the site opens or goes back; throws where the window is not what it must be. */
  watch(watch: Watch): void;
  /** From here on it only goes back, whatever anybody decides: to the data as found, or to a snapshot. */
  startGoingBack(why: string, snapshot?: string): Promise<void>;
  /** Nothing is watched any more, and no decision is heard: what comes next only tidies up. */
  standDown(): void;
  /** Kept for a run that takes over, under a name of its own. */
  keep(name: Kept, value: unknown): Promise<void>;
  /** A step between phases, or the last of all: checked against the epoch. */
  conclude<Result>(name: string, run: () => Promise<Result>): Promise<Result>;
  /** A named stage that people see. What it computes must be its return value; `keep` names it for a run that takes over. */
  phase<Result>(phase: Phase, run: (op: PhaseRun) => Promise<Result>, options?: { keep?: Kept }): Promise<Result>;
};
/** What a run that takes over needs from the one before it. */
export type Kept = "before" | "prepared" | "closed" | "quiet" | "leader" | "way-back" | "restored";

/** An operation inside a phase, where its work is done. */
export type PhaseRun = World & {
  readonly id: string;
  readonly target: Target;
  readonly request: OperationRequest;
  readonly requestedBy: Identity;
  readonly name: Phase;
  /** Something to read or to compute; remembered once it has succeeded. */
  step<Result>(name: string, run: () => Promise<Result>): Promise<Result>;
  /** Makes a planned mutation: checked against the epoch, journalled, announced, then done. Runs at least once. */
  mutate<Parameters, Result>(
    mutation: Planned<Parameters>,
    act: (parameters: Parameters, attempt: Attempt) => Promise<Result>,
  ): Promise<Result>;
  /**
   * The same for several whose order does not matter: all of them are journalled, then a few at a time are on their way together. One step:
   * where one fails none is given up half-way, and all of them are made again. The results are in their order.
   */
  mutateTogether<Parameters, Result>(
    mutations: Planned<Parameters>[],
    act: (parameters: Parameters, attempt: Attempt) => Promise<Result>,
  ): Promise<Result[]>;
  /** The same from inside a look, where no step can be: the look is fenced, and comes again where it did not get to its end. */
  mutateInLook<Parameters, Result>(
    mutation: Planned<Parameters>,
    act: (parameters: Parameters) => Promise<Result>,
  ): Promise<Result>;
  /** Takes back a mutation that the journal has: checked against the epoch, not journalled again. */
  undo<Result>(name: string, act: () => Promise<Result>): Promise<Result>;
  /** Looks every second until done. Ends with an error when the operation is cancelled, as far as that is still possible. */
  poll<Result>(name: string, look: () => Promise<Look<Result>>, options: { timeoutMs: number }): Promise<Result>;
  /** Looks once at everything that is watched, as every look of a poll does first, and ends with the same errors. */
  lookAround(name: string): Promise<void>;
  /** Suspends until a time, with no look in between: hours cost next to nothing. Decisions are heard at once; only a question can be proceeded from. */
  waitUntil(name: string, wait: Suspension): Promise<WaitEnd>;
  /** Waits until the operation may begin, as long as others fill what AWS takes from the account. Until it leaves the line it counts among them. */
  takeTurn(name: string, options?: { notBefore?: string }): Promise<void>;
  /** Adds facts to the operation's events. */
  record(name: string, facts: Fact[]): Promise<void>;
  /** The same from inside a look, where no step can be. */
  tell(what: string, facts: Fact[]): Promise<void>;
  /** Says what is seen, once for every new message, from inside a look; answers whether this run had not said it yet. */
  say(message: string): Promise<boolean>;
};
/** Which attempt at a mutation this is. `again`: an earlier one may have taken effect, though nobody heard of it. */
export type Attempt = { firstAt: string; again: boolean };
/** Something that must stay true while the site is closed. */
export type Watch = (op: PhaseRun) => Promise<void>;
export type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;

export type OperationStart = {
  id: string;
  target: Target;
  request: OperationRequest;
  requestedBy: Identity;
  epoch: number;
  /** When the decision was made that has been acted on as this run begins. */
  actedOnAt?: string;
};

export function createOperationRun(world: World, workflow: Workflow, start: OperationStart): OperationRun {
  const { id, target, request, requestedBy, epoch, actedOnAt } = start;
  let point: Point = "untouched";
  let before: Before | undefined;
  let watches: Watch[] = [];
  let leg = epoch > 1 ? `e${epoch}/` : "";

  const appendKeyed = (facts: (Fact & { key: string })[], of = leg) =>
    world.store.append(id, facts.map((fact) => ({ ...fact, key: `${of}${fact.key}` })) as OperationFact[]);
  const append = (prefix: string, facts: Fact[], of = leg) =>
    appendKeyed(
      facts.map((fact, index) => ({ ...fact, key: index === 0 ? prefix : `${prefix}/${index + 1}` })),
      of,
    );

  /** Whoever raised the epoch has taken over: this run must not touch anything any more. */
  async function refuseWhenSuperseded(): Promise<Awaited<ReturnType<OperationStore["control"]>>> {
    const control = await world.store.control(id);
    if (control.epoch === epoch) return control;
    throw new OperationError(`another run took the operation over (epoch ${control.epoch}, expected ${epoch})`, {
      code: "superseded",
    });
  }

  async function endWhenCancelled(): Promise<void> {
    const { decision } = await refuseWhenSuperseded();
    if (!decision || decision.decision === "proceed" || decision.at === actedOnAt || !canStop[point]) return;
    throw new OperationError(
      `${decision.by.name} decided: ${decision.decision}${decision.comment ? ` (${decision.comment})` : ""}`,
      { code: "cancelled", details: { decision: decision.decision } },
    );
  }

  const current = { ...world, id, target, request, requestedBy };
  const inPhase = phaseRuns({
    current,
    append,
    appendKeyed,
    refuseWhenSuperseded,
    endWhenCancelled,
    watches: () => watches,
  });
  const times = new Map<string, number>();
  /** The same on every replay, for phases follow one another. */
  function legOf(phase: Phase): string {
    const time = (times.get(`${leg}${phase}`) ?? 0) + 1;
    times.set(`${leg}${phase}`, time);
    return time === 1 ? leg : `${leg}${time}/`;
  }
  const entries = () => world.store.journalEntries(id);
  const keep = (name: Kept, value: unknown) =>
    workflow.step(`keep-${name}`, async () => {
      await refuseWhenSuperseded();
      await world.store.keep(id, name, value);
    });

  return {
    ...current,
    get point() {
      return point;
    },
    get before() {
      return before;
    },
    get leg() {
      return leg;
    },
    async startChanging(found) {
      before = found;
      point = "undoable";
      await keep("before", found);
    },
    resumeAt(where, found) {
      point = where;
      before = found;
    },
    keep,
    async passPointOfNoReturn(snapshot, next = "migrate") {
      await workflow.step("point-of-no-return", async () => {
        await endWhenCancelled();
        if (before) opensInTime({ ...world, request }, before.forecast, next);
        await append("point-of-no-return", [{ type: "point-of-no-return-passed", snapshot }]);
      });
      point = "no-return";
    },
    leaderWasAskedFor: () =>
      workflow.step("leader-was-asked-for", async () =>
        (await entries()).some(({ mutation }) => mutation.phase === "migrate"),
      ),
    leaderNeedsGuard: () =>
      workflow.step("leader-needs-guard", async () => {
        const phases = (await entries()).map(({ mutation }) => mutation.phase);
        return phases.includes("migrate") && !phases.includes("scale-out");
      }),
    watch(watch) {
      watches.push(watch);
    },
    startOpening() {
      watches = [];
      point = "opening";
    },
    isOpen() {
      point = "open";
    },
    standDown() {
      watches = [];
      point = "going-back";
      leg = `${leg}end/`;
    },
    async startGoingBack(why, snapshot) {
      watches = [];
      point = "going-back";
      leg = `${leg}${BACK}`;
      await workflow.step("go-back", async () => {
        await refuseWhenSuperseded();
        await append("going-back", [{ type: "going-back", why, snapshot }]);
      });
    },
    conclude: (name, run) =>
      workflow.step(name, async () => {
        await refuseWhenSuperseded();
        return run();
      }),
    phase: <Result>(name: Phase, body: (op: PhaseRun) => Promise<Result>, { keep }: { keep?: Kept } = {}) => {
      const of = legOf(name);
      return workflow.scope(name, async (scope) => {
        const op = inPhase(name, scope, of);
        await scope.step("begin", async () => {
          await endWhenCancelled();
          await append(`${name}/begin`, [{ type: "phase-started", phase: name }], of);
        });
        const finish = (outcome: "done" | "failed") =>
          append(`${name}/end`, [{ type: "phase-finished", phase: name, outcome }], of);
        try {
          const result = await body(op);
          await scope.step("end", async () => {
            if (keep) await world.store.keep(id, keep, result);
            await finish("done");
          });
          return result;
        } catch (error) {
          if (!isSuperseded(error)) await scope.step("fail", async () => void (await finish("failed")));
          throw error;
        }
      });
    },
  };
}

export const isSuperseded = (error: unknown): boolean => error instanceof OperationError && error.code === "superseded";
