import { z } from "zod";
import { decisionSchema, phaseSchema } from "../../src/operations/operation.ts";
import { faultRuleSchema } from "../../src/sandbox/cloud/faults.ts";
import { latenciesSchema, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { durationTextSchema } from "../../src/targets/duration.ts";
import { type Finding, findings } from "../../src/targets/findings.ts";
import { cloudDisturbanceSchema } from "./disturbances/cloud-disturbance.ts";
import type { Scenario } from "./scenario.ts";
import { shapeNames } from "./shapes.ts";

const number = z.int().min(0);
const momentSchema = z.union([
  z.strictObject({ phase: phaseSchema, afterMs: number }),
  z.strictObject({
    side: z.enum(["before", "after"]),
    phase: phaseSchema.optional(),
    service: z.string(),
    operation: z.string(),
    nth: z.int().min(1),
  }),
]);

const [firstRule, ...moreRules] = faultRuleSchema.options.map((rule) =>
  rule.extend({ kind: z.literal("call"), phase: phaseSchema.optional(), outlasts: z.boolean().optional() }),
);
const disturbanceSchema = z.discriminatedUnion("kind", [
  z.discriminatedUnion("fault", [firstRule!, ...moreRules]),
  z.strictObject({ kind: z.literal("crash"), at: momentSchema, lingersMs: number.optional() }),
  z.strictObject({ kind: z.literal("execution-ends"), at: momentSchema }),
  z.strictObject({ kind: z.literal("runs-twice"), at: momentSchema }),
  z.strictObject({ kind: z.literal("cloud"), at: momentSchema, what: cloudDisturbanceSchema }),
  z.strictObject({
    kind: z.literal("person"),
    at: momentSchema,
    does: z.union([decisionSchema, z.enum(["restore", "second-request"])]),
  }),
]);

const breakage = z.enum(["migration", "crash", "hang", "early-exit"]).optional();
const scenarioSchema = z.strictObject({
  seed: number,
  shape: z.enum(shapeNames as [(typeof shapeNames)[number], ...typeof shapeNames]),
  procedure: z.discriminatedUnion("procedure", [
    z.strictObject({
      procedure: z.literal("upgrade"),
      snapshot: z.enum(["required", "none"]),
      onFailure: z.enum(["rollback", "hold"]),
      approval: z.enum(["none", "before-window", "before-open"]),
    }),
    z.strictObject({ procedure: z.literal("first-start"), pause: z.boolean() }),
    z.strictObject({
      procedure: z.literal("maintenance"),
      traffic: z.enum(["closed", "open"]),
      otherwise: z.enum(["rollback", "hold"]),
    }),
    z.strictObject({ procedure: z.literal("rollback") }),
  ]),
  application: z.strictObject({
    breakage,
    followerBreakage: breakage,
    cannotStart: z.boolean().optional(),
    migrationMs: number,
  }),
  latencies: latenciesSchema,
  switches: switchesSchema,
  callMs: number,
  disturbances: z.array(disturbanceSchema),
  choices: z.array(number),
  timeouts: z.record(z.string(), durationTextSchema).optional(),
  healsAtOnce: z.boolean().optional(),
  isUnsigned: z.boolean().optional(),
});

/** Everything that makes it no history; nothing where it is one. */
export const wrongWithScenario = (input: unknown): Finding[] => findings(scenarioSchema, input);

/** What a file holds, as it is: what is left out in it is not filled in. */
export const isScenario = (input: unknown): input is Scenario => scenarioSchema.safeParse(input).success;
