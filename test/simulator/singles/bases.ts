import type { Phase } from "../../../src/operations/operation.ts";
import type { Scenario } from "../scenario.ts";
import type { Restriction } from "../scenario-of-seed.ts";

/** As quick as a history can be in which everything is still waited for: what is looked at every second costs a look each second. */
const quick: Omit<Scenario, "procedure" | "application"> = {
  seed: 1,
  shape: "plain",
  latencies: {
    ecs: { schedulerTickMs: 1_000, provisioningMs: 1_000, pullMs: 1_000, deprovisioningMs: 1_500 },
    elb: { rulePropagationMaximumMs: 2_000, registrationMs: 500 },
    rds: {
      ...{ snapshotMs: 2_500, instanceMs: 3_000, modifyMs: 2_000, rebootMs: 2_000, deleteMs: 2_000 },
      ...{ renameMs: 2_000, renameDnsMs: 3_000 },
    },
  },
  switches: {},
  callMs: 0,
  disturbances: [],
  choices: [0],
  timeouts: {
    ...{ otherWriters: "30s", close: "30s", stop: "40s", snapshot: "40s", migrate: "40s", scaleOut: "40s" },
    ...{ open: "30s", restore: "60s", putBack: "60s" },
  },
  healsAtOnce: true,
};
const undisturbed = { migrationMs: 2_500 };
const upgrade = { procedure: "upgrade", snapshot: "required", onFailure: "rollback", approval: "none" } as const;

export type Base = {
  scenario: Scenario;
  /** Up to this phase it is another base's history, in which every fault is tried already. */
  from?: Phase;
};

/** Each procedure as it goes when nothing disturbs it. Faults are put into these. */
export const bases = {
  upgrade: { scenario: { ...quick, procedure: upgrade, application: undisturbed } },
  "upgrade that goes back": {
    scenario: { ...quick, procedure: upgrade, application: { ...undisturbed, breakage: "migration" } },
    from: "migrate",
  },
  "first-start": {
    scenario: { ...quick, procedure: { procedure: "first-start", pause: false }, application: undisturbed },
  },
  maintenance: {
    scenario: {
      ...quick,
      procedure: { procedure: "maintenance", traffic: "closed", otherwise: "hold" },
      application: undisturbed,
    },
  },
  rollback: { scenario: { ...quick, procedure: { procedure: "rollback" }, application: undisturbed } },
} satisfies Record<string, Base>;
export type BaseName = keyof typeof bases;

export const basesOf = ({ procedure }: Restriction): BaseName[] =>
  (Object.keys(bases) as BaseName[]).filter(
    (name) => procedure === undefined || bases[name].scenario.procedure.procedure === procedure,
  );
