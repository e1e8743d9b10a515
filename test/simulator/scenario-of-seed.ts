import fc from "fast-check";
import type { Phase } from "../../src/operations/operation.ts";
import { switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { anyCloudDisturbance, type CloudDisturbance, kinds } from "./disturbances/cloud-disturbance.ts";
import type { Disturbance, Moment, Scenario, SimulatedApplication, SimulatedProcedure } from "./scenario.ts";
import { type ShapeName, shapeNames } from "./shapes.ts";

export type Restriction = { procedure?: SimulatedProcedure["procedure"]; shape?: ShapeName };

/** The history that a seed stands for: the same one for as long as this generator is. */
export function scenarioOfSeed(seed: number, { procedure, shape }: Restriction = {}): Scenario {
  const shapes = shape ? fc.constant(shape) : mostly<ShapeName>("plain", ...shapeNames);
  const names = procedure ? fc.constant(procedure) : anyProcedureName;
  const [scenario] = fc.sample(anyScenario(names, shapes), { seed, numRuns: 1 });
  return { ...scenario!, seed };
}

const often = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
const mostly = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof(often(2, fc.constant(usual)), often(1, fc.constantFrom(usual, ...others)));

const anyProcedureName = fc.oneof(
  often(5, fc.constant("upgrade" as const)),
  often(2, fc.constant("rollback" as const)),
  often(2, fc.constant("maintenance" as const)),
  often(1, fc.constant("first-start" as const)),
);

function procedureNamed(procedure: SimulatedProcedure["procedure"]): fc.Arbitrary<SimulatedProcedure> {
  switch (procedure) {
    case "upgrade":
      return fc.record({
        procedure: fc.constant(procedure),
        snapshot: mostly<"required" | "none">("required", "none"),
        onFailure: fc.constantFrom("rollback", "hold"),
        approval: fc.constantFrom("none", "none", "before-window", "before-open"),
      });
    case "first-start":
      return fc.record({ procedure: fc.constant(procedure), pause: fc.boolean() });
    case "maintenance":
      return fc
        .record({
          procedure: fc.constant(procedure),
          traffic: mostly<"closed" | "open">("closed", "open"),
          otherwise: fc.constantFrom("rollback" as const, "hold" as const),
        })
        .map((given) => (given.traffic === "open" ? { ...given, otherwise: "hold" as const } : given));
    case "rollback":
      return fc.constant({ procedure });
  }
}

/** What a rollback takes back has gone well. */
const applicationFor = (procedure: SimulatedProcedure["procedure"]): fc.Arbitrary<SimulatedApplication> => {
  const migrationMs = fc.constantFrom(5_000, 5_000, 20_000);
  if (procedure === "rollback") return fc.record({ migrationMs });
  const breakage = fc.constantFrom("migration" as const, "crash" as const, "hang" as const, "early-exit" as const);
  const followerBreakage = fc.constantFrom("crash" as const, "hang" as const, "early-exit" as const);
  return fc.oneof(
    often(5, fc.record({ migrationMs })),
    often(2, fc.record({ migrationMs, breakage })),
    often(2, fc.record({ migrationMs, followerBreakage })),
    often(1, fc.record({ migrationMs, cannotStart: fc.constant(true) })),
    often(1, fc.record({ migrationMs, breakage, followerBreakage })),
  );
};

const latencies: fc.Arbitrary<Scenario["latencies"]> = fc.record(
  {
    ecs: fc.record(
      {
        schedulerTickMs: fc.constantFrom(1_000, 10_000),
        provisioningMs: fc.constantFrom(500, 20_000),
        pullMs: fc.constantFrom(500, 40_000),
        deprovisioningMs: fc.constantFrom(1_000, 30_000),
      },
      { requiredKeys: [] },
    ),
    elb: fc.record(
      { rulePropagationMaximumMs: fc.constantFrom(1_000, 20_000), registrationMs: fc.constantFrom(0, 10_000) },
      { requiredKeys: [] },
    ),
    rds: fc.record(
      {
        snapshotMs: fc.constantFrom(1_000, 60_000, 90_000),
        modifyMs: fc.constantFrom(0, 30_000),
        renameMs: fc.constantFrom(1_000, 60_000),
        renameDnsMs: fc.constantFrom(1_000, 90_000),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const switches: fc.Arbitrary<Scenario["switches"]> = fc.record(
  Object.fromEntries(Object.keys(switchesSchema.shape).map((name) => [name, fc.boolean()])),
  { requiredKeys: [] },
);

const AROUND: [before: Phase[], after: Phase[]] = [
  ["preflight", "prepare", "close", "stop"],
  ["verify", "scale-out", "open", "finish"],
];
/** What an operation goes through where nothing goes wrong, and at the end of each what it may come to as well. */
const phasesOf: Record<SimulatedProcedure["procedure"], Phase[]> = {
  upgrade: [...AROUND[0], "back-up", "migrate", ...AROUND[1], "restore", "put-back"],
  "first-start": [...AROUND[0], "back-up", "migrate", "work", ...AROUND[1], "put-back"],
  maintenance: [...AROUND[0], "back-up", "start", "work", ...AROUND[1], "restore", "put-back"],
  rollback: [...AROUND[0], "restore", "start", ...AROUND[1]],
};

/** Each mutation that some procedure makes, by the SDK's names. */
const mutations: [service: string, operation: string][] = [
  ...["RegisterTaskDefinition", "UpdateService", "RunTask", "StopTask"].map((name): [string, string] => ["ECS", name]),
  ...["CreateRule", "DeleteRule", "ModifyTargetGroupAttributes", "RegisterTargets", "DeregisterTargets"].map(
    (name): [string, string] => ["Elastic Load Balancing v2", name],
  ),
  ...["CreateDBSnapshot", "RestoreDBInstanceFromDBSnapshot", "ModifyDBInstance", "AddTagsToResource"].map(
    (name): [string, string] => ["RDS", name],
  ),
  ["Application Auto Scaling", "RegisterScalableTarget"],
];

/** Those that must happen once: a second leader, or a snapshot that nobody waits for, loses data. */
const onceAlone: [service: string, operation: string][] = [
  ["ECS", "RunTask"],
  ["RDS", "CreateDBSnapshot"],
  ["RDS", "RestoreDBInstanceFromDBSnapshot"],
];

/** Among the mutations, of which each is made a few times and some once alone, or anywhere among the hundreds of calls of a phase. */
const callsIn = (phase: fc.Arbitrary<Phase>) =>
  fc.oneof(
    fc.oneof(
      often(
        1,
        fc.constantFrom(...onceAlone).map(([service, operation]) => ({ service, operation, nth: 1 })),
      ),
      often(
        2,
        fc
          .tuple(fc.constantFrom(...mutations), fc.integer({ min: 1, max: 4 }))
          .map(([[service, operation], nth]) => ({ service, operation, nth })),
      ),
    ),
    fc.record({
      phase,
      service: fc.constant("*"),
      operation: fc.constant("*"),
      nth: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 })),
    }),
  );
const momentIn = (phase: fc.Arbitrary<Phase>): fc.Arbitrary<Moment> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom("before" as const, "after" as const), callsIn(phase))
      .map(([side, call]) => ({ side, ...call })),
    fc.record({ phase, afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })) }),
  );

const callFaultIn = (phase: fc.Arbitrary<Phase>): fc.Arbitrary<Disturbance> =>
  fc
    .tuple(
      callsIn(phase),
      fc.oneof(often(5, fc.constant(1)), often(3, fc.integer({ min: 2, max: 9 })), often(2, fc.constant(1_000))),
      fc.constantFrom(
        { fault: "throttle" as const },
        { fault: "internal-error" as const },
        { fault: "time-out" as const },
        { fault: "reset" as const },
        { fault: "lost" as const },
        { fault: "slow" as const, ms: 4_000 },
        { fault: "slow" as const, ms: 15_000 },
      ),
    )
    .map(([call, count, fault]) => ({ kind: "call", ...call, count, ...fault }));

/** What lingers arrives before anybody runs again: nothing keeps a call apart from its repetition that is older. */
const crashAt = (at: fc.Arbitrary<Moment>): fc.Arbitrary<Disturbance> =>
  fc.record(
    { kind: fc.constant("crash" as const), at, lingersMs: fc.integer({ min: 0, max: 900 }) },
    { requiredKeys: ["kind", "at"] },
  );

/** What happens to a cloud, and the phases at which, or right before which, it matters most. Drawn at any moment it would mostly come too late or too early. */
const critical: [what: keyof typeof kinds, phases: Phase[]][] = [
  ["next-snapshot-fails", ["prepare", "close", "stop"]],
  ["snapshots-stall", ["close", "stop", "back-up"]],
  ["snapshot-taken", ["prepare", "stop", "migrate", "work"]],
  ["restore-fails", ["close", "migrate", "verify", "restore"]],
  ["address-slow", ["preflight", "close", "verify", "scale-out"]],
  ["our-rule-deleted", ["stop", "migrate", "start", "verify", "work", "scale-out"]],
  ["task-dies", ["migrate", "start", "verify", "scale-out"]],
  ["redeployed", ["prepare", "back-up", "verify", "scale-out"]],
  ["task-run", ["back-up", "migrate", "restore", "work"]],
];
const criticalIn = (phases: Phase[]): fc.Arbitrary<Disturbance> =>
  fc.constantFrom(...critical).chain(([what, matters]) =>
    fc.record({
      kind: fc.constant("cloud" as const),
      at: fc.record({
        phase: fc.constantFrom(...matters.filter((phase) => phases.includes(phase))),
        afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12_000 })),
      }),
      what: kinds[what].any as fc.Arbitrary<CloudDisturbance>,
    }),
  );

function disturbanceOf(procedure: SimulatedProcedure["procedure"]): fc.Arbitrary<Disturbance> {
  const phase = fc.constantFrom(...phasesOf[procedure]);
  const at = momentIn(phase);
  const does = fc.constantFrom("proceed", "rollback", "cancel", "cancel", "restore", "second-request");
  return fc.oneof(
    often(6, callFaultIn(phase)),
    often(4, crashAt(at)),
    often(2, fc.record({ kind: fc.constant("execution-ends" as const), at })),
    often(1, fc.record({ kind: fc.constant("runs-twice" as const), at })),
    often(5, fc.record({ kind: fc.constant("cloud" as const), at, what: anyCloudDisturbance() })),
    often(3, criticalIn(phasesOf[procedure])),
    often(2, fc.record({ kind: fc.constant("person" as const), at, does })),
  );
}

const anyScenario = (
  names: fc.Arbitrary<SimulatedProcedure["procedure"]>,
  shapes: fc.Arbitrary<ShapeName>,
): fc.Arbitrary<Omit<Scenario, "seed">> =>
  names.chain((name) =>
    fc.record({
      // Before a first start nothing may be scheduled that starts nodes.
      shape: shapes.map((shape) => (name === "first-start" && shape === "scheduled-scaling" ? "plain" : shape)),
      procedure: procedureNamed(name),
      application: applicationFor(name),
      latencies: fc.oneof(often(1, fc.constant({})), often(2, latencies)),
      switches: fc.oneof(fc.constant({}), switches),
      callMs: fc.constantFrom(0, 0, 40, 250),
      disturbances: fc.oneof(
        often(3, fc.array(disturbanceOf(name), { minLength: 1, maxLength: 2, size: "max" })),
        often(2, fc.array(disturbanceOf(name), { minLength: 1, maxLength: 6, size: "max" })),
      ),
      choices: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 4 }),
    }),
  );
