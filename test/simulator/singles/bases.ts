import type { Phase } from "../../../src/operations/operation.ts";
import type { Scenario } from "../scenario.ts";
import type { Restriction } from "../scenario-of-seed.ts";

/** As quick as a history can be in which everything is still waited for: what is looked at every second costs a look each second. */
const quick: Omit<Scenario, "procedure" | "application"> = {
  seed: 1,
  shape: "plain",
  latencies: {
    ecs: { schedulerTickMs: 2_000, provisioningMs: 2_000, pullMs: 2_000, deprovisioningMs: 3_000 },
    elb: { rulePropagationMaximumMs: 2_000, registrationMs: 1_000 },
    rds: { snapshotMs: 5_000, instanceMs: 10_000, modifyMs: 5_000, rebootMs: 5_000, deleteMs: 5_000, renameMs: 5_000 },
  },
  switches: {},
  callMs: 0,
  disturbances: [],
  choices: [0],
};
const undisturbed = { migrationMs: 5_000 };
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
