import type { Phase } from "../../../src/operations/operation.ts";
import type { Scenario } from "../scenario.ts";
import type { Restriction } from "../scenario-of-seed.ts";

/** As quick as a history can be in which everything is still waited for: what is looked at every second costs a look each second. */
const quick: Omit<Scenario, "procedure" | "application"> = {
  seed: 1,
  shape: "plain",
  latencies: {
    ecs: { schedulerTickMs: 1_000, provisioningMs: 500, pullMs: 500, deprovisioningMs: 600 },
    elb: { rulePropagationMaximumMs: 2_000, registrationMs: 2_700 },
    rds: {
      ...{ snapshotMs: 1_500, instanceMs: 1_500, modifyMs: 1_200, rebootMs: 1_200, deleteMs: 1_200 },
      ...{ renameMs: 1_200, renameDnsMs: 1_500 },
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
  isUnsigned: true,
};
const undisturbed = { migrationMs: 1_200 };
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
