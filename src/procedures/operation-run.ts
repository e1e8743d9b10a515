import type { Aws } from "../aws/aws.ts";
import { type Clock, timestamp } from "../clock.ts";
import type { Look, Workflow } from "../engine/workflow.ts";
import type { OperationFact, Problem } from "../operations/event.ts";
import type { Identity, OperationRequest, Phase } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { OperationStore } from "../operations/store.ts";
import type { Http, ResolveName } from "../targets/http.ts";
import type { Target } from "../targets/schema.ts";
import type { Before } from "./before.ts";
import { permanentWhenRefused } from "./permanent-when-refused.ts";
import type { Planned } from "./planned.ts";
import { opensInTime } from "./time-limits.ts";
import { waitUntil } from "./wait-until.ts";

/** What a procedure reaches the world through. */
export type World = {
  aws: Aws;
  http: Http;
  resolveName: ResolveName;
  store: OperationStore;
  clock: Clock;
  /** Wakes a person. Only ever what nobody would notice otherwise: a held operation, and what an ended one has left. */
  alarm(alarm: Alarm): void;
};
export type Alarm = {
  event: "operation-held" | "operation-left-something";
  operation: string;
  target: string;
  problem?: Problem;
  leftovers?: { what: string; fix: string }[];
};

/** How far an operation has come, which decides what a failure may do. */
export type Point = "untouched" | "undoable" | "no-return" | "opening" | "open" | "going-back";

/** A decision to stop is heard while stopping is still possible: not once visitors write again, nor while it is being undone already. */
const canStop: Record<Point, boolean> = {
  untouched: true,
  undoable: true,
  "no-return": true,
  opening: false,
  open: false,
  "going-back": false,
};

/** One operation on its way through a procedure. */
export type OperationRun = World & {
  readonly id: string;
  readonly target: Target;
  readonly request: OperationRequest;
  readonly requestedBy: Identity;
  readonly point: Point;
  /** How the target was before it was touched; undefined until then. */
  readonly before: Before | undefined;
  /** From here on a failure puts everything back by itself. */
  startChanging(before: Before): void;
  /** From here on the application's container of the new version may run: a failure restores the database or holds, never just the image. */
  passPointOfNoReturn(snapshot: string | undefined): Promise<void>;
  /** Whether the journal has the intent to start the leader: before that no new version can have run. */
  leaderWasAskedFor(): Promise<boolean>;
  /** The leader was asked for, and the nodes that follow it were not: where it runs in its service, it is replaced if it ends. */
  leaderNeedsGuard(): Promise<boolean>;
  /** From here on visitors may write to the new version: nothing is thrown away without a decision. */
  startOpening(): void;
  isOpen(): void;
  /** Looked at during every wait until the site opens or goes back; throws where the window is not what it must be. */
  watch(watch: Watch): void;
  /** From here on it only goes back, whatever anybody decides. */
  startGoingBack(): void;
  /** The last step of all: checked against the epoch. */
  conclude(name: string, run: () => Promise<void>): Promise<void>;
  /** A named stage that people see. What it computes must be its return value. */
  phase<Result>(phase: Phase, run: (op: PhaseRun) => Promise<Result>): Promise<Result>;
};

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
  /** The same from inside a look, where no step can be: the look is fenced, and comes again where it did not get to its end. */
  mutateInLook<Parameters, Result>(
    mutation: Planned<Parameters>,
    act: (parameters: Parameters) => Promise<Result>,
  ): Promise<Result>;
  /** Takes back a mutation that the journal has: checked against the epoch, not journalled again. */
  undo<Result>(name: string, act: () => Promise<Result>): Promise<Result>;
  /** Looks every second until done. Ends with an error when the operation is cancelled, as far as that is still possible. */
  poll<Result>(name: string, look: () => Promise<Look<Result>>, options: { timeoutMs: number }): Promise<Result>;
  /** Suspends until a time, with no look in between: hours cost next to nothing. A decision to stop is heard at once. */
  waitUntil(name: string, at: string): Promise<{ waited: boolean }>;
  /** Adds facts to the operation's events. */
  record(name: string, facts: Fact[]): Promise<void>;
  /** Says what is seen, once for every new message, from inside a look. */
  say(message: string): Promise<void>;
};
/** Which attempt at a mutation this is. `again`: an earlier one may have taken effect, though nobody heard of it. */
export type Attempt = { firstAt: string; again: boolean };
/** Something that must stay true while the site is closed. */
export type Watch = (op: PhaseRun) => Promise<void>;
type Fact = OperationFact extends infer Each ? (Each extends OperationFact ? Omit<Each, "key"> : never) : never;

const LOOK_EVERY_MS = 1_000;
/** How old the look at who is in charge may be when something is done. Longer than that only a frozen worker takes, which may have a successor. */
const IN_CHARGE_FOR_MS = 10_000;

export type OperationStart = {
  id: string;
  target: Target;
  request: OperationRequest;
  requestedBy: Identity;
  epoch: number;
};

export function createOperationRun(world: World, workflow: Workflow, start: OperationStart): OperationRun {
  const { id, target, request, requestedBy, epoch } = start;
  let point: Point = "untouched";
  let before: Before | undefined;
  let watches: Watch[] = [];

  const append = (prefix: string, facts: Fact[]) =>
    world.store.append(
      id,
      facts.map((fact, index) => ({
        ...fact,
        key: index === 0 ? prefix : `${prefix}/${index + 1}`,
      })) as OperationFact[],
    );

  /** Whoever raised the epoch has taken over: this run must not touch anything any more. */
  async function refuseWhenSuperseded(): Promise<Awaited<ReturnType<OperationStore["control"]>>> {
    const control = await world.store.control(id);
    if (control.epoch === epoch) return control;
    throw new OperationError(`another run took the operation over (epoch ${control.epoch}, expected ${epoch})`, {
      code: "superseded",
    });
  }

  /** Answers how to make sure, right before acting, that the look was not long ago. What throws then is tried again, by whoever is in charge. */
  async function takeCharge(): Promise<() => void> {
    const lookedAt = world.clock.now();
    await refuseWhenSuperseded();
    return () => {
      const ageMs = world.clock.now() - lookedAt;
      if (ageMs > IN_CHARGE_FOR_MS)
        throw new Error(`expected to act within ${IN_CHARGE_FOR_MS} ms of being in charge, found ${ageMs} ms`);
    };
  }

  async function endWhenCancelled(): Promise<void> {
    const { decision } = await refuseWhenSuperseded();
    if (!decision || decision.decision === "proceed" || !canStop[point]) return;
    throw new OperationError(
      `${decision.by.name} decided: ${decision.decision}${decision.comment ? ` (${decision.comment})` : ""}`,
      { code: "cancelled" },
    );
  }

  const current = { ...world, id, target, request, requestedBy };

  function inPhase(name: Phase, scope: Workflow): PhaseRun {
    const said = new Set<string>();
    const op: PhaseRun = {
      ...current,
      name,
      step: (step, run) => scope.step(step, () => permanentWhenRefused(run)),
      mutate: (mutation, act) =>
        scope.step(mutation.name, async () => {
          const stillInCharge = await takeCharge();
          const at = timestamp(world.clock);
          const first = await world.store.journal(id, {
            name: mutation.name,
            at,
            mutation: mutation.mutation,
            undo: mutation.undo,
          });
          await append(mutation.name, [{ type: "mutation", mutation: mutation.mutation }]);
          const attempt = { firstAt: first.at, again: first.at !== at };
          stillInCharge();
          return permanentWhenRefused(() => act(mutation.parameters, attempt));
        }),
      async mutateInLook({ name: key, mutation, undo, parameters }, act) {
        await world.store.journal(id, { name: key, at: timestamp(world.clock), mutation, undo });
        await append(key, [{ type: "mutation", mutation }]);
        return act(parameters);
      },
      undo: (what, act) =>
        scope.step(what, async () => {
          const stillInCharge = await takeCharge();
          stillInCharge();
          return permanentWhenRefused(act);
        }),
      poll: (what, look, { timeoutMs }) =>
        scope.poll(
          what,
          async () => {
            await endWhenCancelled();
            for (const watch of watches) await watch(op);
            return look();
          },
          { everyMs: LOOK_EVERY_MS, timeoutMs },
        ),
      waitUntil: (what, at) => waitUntil({ what, at, op, scope, endWhenCancelled }),
      record: (what, facts) => scope.step(what, async () => void (await append(`${name}/${what}`, facts))),
      async say(message) {
        if (said.has(message)) return;
        said.add(message);
        await append(`${name}/says/${message}`, [{ type: "progress", phase: name, message }]);
      },
    };
    return op;
  }

  return {
    ...current,
    get point() {
      return point;
    },
    get before() {
      return before;
    },
    startChanging(found) {
      before = found;
      point = "undoable";
    },
    async passPointOfNoReturn(snapshot) {
      point = "no-return";
      await workflow.step("point-of-no-return", async () => {
        await endWhenCancelled();
        if (before) opensInTime({ ...world, request }, before.forecast, "migrate");
        await append("point-of-no-return", [{ type: "point-of-no-return-passed", snapshot }]);
      });
    },
    leaderWasAskedFor: () =>
      workflow.step("leader-was-asked-for", async () =>
        (await world.store.journalEntries(id)).some(({ mutation }) => mutation.phase === "migrate"),
      ),
    leaderNeedsGuard: () =>
      workflow.step("leader-needs-guard", async () => {
        const phases = (await world.store.journalEntries(id)).map(({ mutation }) => mutation.phase);
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
    startGoingBack() {
      watches = [];
      point = "going-back";
    },
    conclude: (name, run) =>
      workflow.step(name, async () => {
        await refuseWhenSuperseded();
        await run();
      }),
    phase: <Result>(name: Phase, body: (op: PhaseRun) => Promise<Result>) =>
      workflow.scope(name, async (scope) => {
        const op = inPhase(name, scope);
        await scope.step("begin", async () => {
          await endWhenCancelled();
          await append(`${name}/begin`, [{ type: "phase-started", phase: name }]);
        });
        try {
          const result = await body(op);
          await scope.step(
            "end",
            async () => void (await append(`${name}/end`, [{ type: "phase-finished", phase: name, outcome: "done" }])),
          );
          return result;
        } catch (error) {
          if (!isSuperseded(error))
            await scope.step(
              "fail",
              async () =>
                void (await append(`${name}/end`, [{ type: "phase-finished", phase: name, outcome: "failed" }])),
            );
          throw error;
        }
      }),
  };
}

export const isSuperseded = (error: unknown): boolean => error instanceof OperationError && error.code === "superseded";
