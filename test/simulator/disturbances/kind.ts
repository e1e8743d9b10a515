import type fc from "fast-check";
import type { z } from "zod";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

/** One kind of thing that happens to a cloud under an operation's feet. */
export type Kind<Schema extends z.ZodObject = z.ZodObject> = {
  schema: Schema;
  /** Any of the kind, within what happens in practice. */
  any: fc.Arbitrary<z.output<Schema>>;
  /** How often it is drawn, beside others that are drawn once. */
  weight?: number;
  /** Makes it happen now. False where there was nothing for it to happen to. */
  happen(cloud: SimulatedCloud, disturbance: z.output<Schema>): boolean | Promise<boolean>;
};

export const kind = <Schema extends z.ZodObject>(given: Kind<Schema>): Kind<Schema> => given;
