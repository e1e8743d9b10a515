import { z } from "zod";
import type { OperationState } from "./state.ts";

export const infrastructureAsCodeSchema = z
  .object({
    image: z.string().optional().describe("The image that runs from now on, where it is another one, or may be"),
    database: z
      .object({ identifier: z.string(), address: z.string() })
      .optional()
      .describe("The database that is used from now on, where a snapshot was restored"),
    tell: z.array(z.string()).describe("What else it must say"),
  })
  .meta({ id: "InfrastructureAsCode" })
  .describe("What the infrastructure's code must say from now on, or its next run undoes what was done");
export type InfrastructureAsCode = z.infer<typeof infrastructureAsCodeSchema>;

/** What the infrastructure's code must now say of a target. Undefined where it says so already. */
export function codeMustSay(state: OperationState): InfrastructureAsCode | undefined {
  const { restored } = state;
  const image = imageNow(state);
  const tell = [...differentImages(state), ...counts(state), ...(restored?.tell ?? [])];
  if (!image && !restored && tell.length === 0) return undefined;
  return {
    ...(image && { image }),
    ...(restored && { database: { identifier: restored.database, address: restored.address } }),
    tell,
  };
}

/** The image that runs after an operation which changes it. Undefined where nobody can say it in one name. */
export function imageNow(state: OperationState): string | undefined {
  if (state.status === "succeeded" && state.request.procedure === "upgrade") return state.request.image;
  const [image, ...others] = changesImage(state) ? imagesAfter(state) : [];
  return others.length === 0 ? image : undefined;
}

/** Whoever merged the new image already must know that the old one runs. */
const changesImage = ({ status, request, restored }: OperationState): boolean =>
  status === "succeeded"
    ? request.procedure === "rollback"
    : status === "rolled-back" && request.procedure === "upgrade" && restored !== undefined;

const imagesAfter = ({ nodes }: OperationState) => [
  ...new Set(nodes.after.map(({ image }) => image).filter((image) => image !== "")),
];

function differentImages(state: OperationState): string[] {
  if (!changesImage(state) || imagesAfter(state).length < 2) return [];
  const lines = state.nodes.after.map(({ service, image }) => `${service} runs ${image}`);
  return [...new Set(lines)];
}

function counts({ status, request }: OperationState): string[] {
  if (status !== "succeeded" || request.procedure !== "first-start") return [];
  return Object.entries(request.counts ?? {}).map(([service, count]) => `The desired count of ${service} is ${count}`);
}
