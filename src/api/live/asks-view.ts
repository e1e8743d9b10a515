import { questionInWords } from "../../operations/questions.ts";
import type { OperationState } from "../../operations/state.ts";
import { decisionBody, NOTHING_TO_DECIDE, type Way } from "../../operations/ways-on.ts";
import { operationHref } from "../schemas.ts";
import { plainNames } from "./plain-names.ts";
import type { AskedView, WayView } from "./view-schema.ts";

/** What people are asked, what they may answer, what each answer does, and how it is given. Undefined while nothing waits for them. */
export function asksView(state: OperationState, ways: readonly Way[]): AskedView | undefined {
  const { status, waitingFor } = state;
  const answers = ways.map((way) => answer(state, way));
  if (status === "held") {
    const says = ways.length > 0 ? "It goes on when somebody decides" : `${NOTHING_TO_DECIDE}.`;
    return { says, ways: answers };
  }
  if (status !== "waiting" || !waitingFor) return undefined;
  const { for: question, until, otherwise } = waitingFor;
  return {
    question,
    says:
      question === "start"
        ? "It begins at its time, without being asked. Until then it can be called off"
        : question === "turn"
          ? "It begins when its turn has come, without being asked. Until then it can be called off"
          : `A decision is waited for ${questionInWords[question]}`,
    ...(until && { until }),
    ...(otherwise && { otherwise }),
    ways: answers,
  };
}

const answer = ({ id, target }: OperationState, way: Way): WayView => ({
  ...way,
  ...(way.by !== undefined && { by: plainNames(way.by) }),
  workflow: [
    "- uses: intermission-dev/intermission@v0",
    "  with:",
    `    api-url: \${{ vars.INTERMISSION_API_URL }}`,
    `    target: ${target}`,
    "    procedure: decide",
    `    operation-id: ${id}`,
    `    decision: ${way.decision}`,
    ...(way.discards ? [`    discards-from: ${way.discards.from}`] : []),
    ...(way.data ? [`    data: ${way.data}`] : []),
  ].join("\n"),
  curl: [
    'curl --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" \\',
    '  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\',
    '  --header "x-amz-security-token: $AWS_SESSION_TOKEN" \\',
    `  "$INTERMISSION_OPERATOR_URL${operationHref(id)}/decisions" \\`,
    `  --json '${decisionBody(way)}'`,
  ].join("\n"),
});
