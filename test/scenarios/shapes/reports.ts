import { ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import type { SimulatedProgram } from "../../../src/sandbox/substrate/simulated/containers.ts";
import type { Meddling } from "../../simulation/judged-upgrade.ts";
import type { SimulatedCloud } from "../../simulation/simulated-cloud.ts";

export const REPORT = "nightly-report";
const IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/reports:3";
const DIGEST = `sha256:${"3".repeat(64)}`;

/** `scheduledTasks` of sandbox.yml: the report, as a rule or a schedule runs it. */
export const scheduled = (schedule: string, more: Record<string, unknown> = {}): string =>
  `scheduledTasks:\n  ${REPORT}: ${JSON.stringify({ cluster: "noticeboard", taskDefinition: REPORT, schedule, ...more })}`;

/** A cloud in which tasks of a report, which takes as long as it says, reach the noticeboard's database. */
export const withReports = ({
  scheduled: tasks = "",
  target,
  takesMs = 20_000,
  environment = '{ DATABASE_URL: "{database.noticeboard-db.url}" }',
}: {
  scheduled?: string;
  target?: string[];
  takesMs?: number;
  environment?: string;
}): Meddling => ({
  cloud: {
    target,
    programs: () => ({ [DIGEST]: report(takesMs) }),
    seed: `
images:
  ${IMAGE}: { command: [report], digest: "${DIGEST}" }
taskDefinitions:
  ${REPORT}:
    containers:
      - { name: report, image: "${IMAGE}", environment: ${environment} }
${tasks}
`,
  },
});

/** Starts the report as a person or a pipeline would. */
export const runReport = ({ operator, ecs }: SimulatedCloud) => {
  const { services } = ecs.state() as unknown as { services: { networkConfiguration: object }[] };
  return new ECSClient(operator).send(
    new RunTaskCommand({
      cluster: "noticeboard",
      taskDefinition: REPORT,
      launchType: "FARGATE",
      startedBy: "somebody",
      networkConfiguration: services[0]!.networkConfiguration,
    }),
  );
};

/** Ends by itself. */
const report =
  (takesMs: number): SimulatedProgram =>
  ({ clock, exit }) => {
    let ended = false;
    const end = (code: number) => {
      if (ended) return;
      ended = true;
      exit(code);
    };
    void clock.sleep(takesMs).then(() => end(0));
    return { signal: () => end(143) };
  };
