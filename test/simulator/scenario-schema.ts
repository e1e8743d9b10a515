import { z } from "zod";
import { decisionSchema, phaseSchema } from "../../src/operations/operation.ts";
import { faultRuleSchema } from "../../src/sandbox/cloud/faults.ts";
import { latenciesSchema, switchesSchema } from "../../src/sandbox/cloud/settings.ts";
import { cloudDisturbanceSchema } from "./disturbances/cloud-disturbance.ts";
import { type ShapeName, shapes } from "./shapes.ts";
