import { questionInWords } from "../operations/questions.ts";
import type { OperationState } from "../operations/state.ts";
import { oneLine } from "./plain-text.ts";

export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";
export type DeploymentStatus = { state: DeploymentState; description: string };

/** GitHub takes 140 characters. */
const LONGEST = 140;

/** What a deployment says of the operation behind it. */
export function deploymentStatus(operation: OperationState): DeploymentStatus {
  const { state, text } = told(operation);
  const line = oneLine(text);
  return { state, description: line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…`.toWellFormed() : line };
}

function told(operation: OperationState): { state: DeploymentState; text: string } {
  const { status, problem } = operation;
  const why = problem ? `: ${problem.message}` : "";
  switch (status) {
    case "pending":
      return { state: "queued", text: "Accepted, not begun" };
    case "running": {
      const phase = operation.phases.findLast(({ finishedAt }) => finishedAt === undefined)?.phase;
      return { state: "in_progress", text: `${phase ?? "Under way"}, ${sites[operation.site]}` };
    }
    case "waiting":
      return { state: "in_progress", text: `${waiting(operation)}, ${sites[operation.site]}` };
    case "held":
      return { state: "in_progress", text: `Held, needs a person, ${sites[operation.site]}${why}` };
    case "succeeded":
      return { state: "success", text: succeeded(operation) };
    case "rolled-back":
      return { state: "failure", text: `As it was before${why}` };
    case "refused":
      return operation.decision
        ? { state: "inactive", text: `Decided before it began: ${operation.decision.decision}` }
        : { state: "error", text: `Refused, nothing was touched${why}` };
    default:
      return unknownStatus(status);
  }
}

/** Of an API newer than this action. */
const unknownStatus = (status: never): { state: DeploymentState; text: string } => ({
  state: "in_progress",
  text: String(status),
});

const sites: Record<OperationState["site"], string> = {
  open: "the site is open",
  closing: "the site closes",
  closed: "the page is up",
  opening: "the site opens",
};

function waiting({ waitingFor }: OperationState): string {
  const question = waitingFor?.for;
  if (question === undefined || question === "start") return `Begins at ${waitingFor?.until ?? "its time"}`;
  if (question === "turn") return "Waits for its turn, the site is open";
  // An API newer than this action may ask what is not known here.
  const when = (questionInWords as Partial<Record<string, string>>)[question]?.split(":")[0];
  return `Waits for a decision${when ? ` ${when}` : ""}`;
}

function succeeded({ verifiedVersion, request }: OperationState): string {
  const version = verifiedVersion ? `, version ${verifiedVersion}` : "";
  return `${request.procedure === "rollback" ? "Rolled back" : "Done"}${version}, the site is open`;
}
