import type * as ecs from "@aws-sdk/client-ecs";
import type { LogSink, LogWriter } from "../seams.ts";
import { clientError } from "./checks.ts";
import type { EcsState } from "./state.ts";
import type { Task, TaskContainer } from "./task.ts";

/** Throws ClientException where the awslogs driver lacks an option; Fargate needs the stream's prefix too. */
export function checkLogConfiguration(
  { name, logConfiguration }: ecs.ContainerDefinition,
  { fargate }: { fargate: boolean },
): void {
  if (logConfiguration?.logDriver !== "awslogs") return;
  const required = ["awslogs-group", "awslogs-region", ...(fargate ? ["awslogs-stream-prefix"] : [])];
  const missing = required.filter((option) => !logConfiguration.options?.[option]);
  if (missing.length)
    throw clientError(`Log driver awslogs requires options: ${missing.join(", ")} (container '${name}').`);
}

/** The log group that a task asks for is not there. ECS says so as the reason why the task did not start. */
export class NoLogGroup extends Error {
  constructor() {
    super(
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
    );
  }
}

/** Where a container's lines go: to the stream `prefix/container/task`. Undefined where they go nowhere that can be read. Throws NoLogGroup. */
export function openLog(
  { logs, world }: { logs?: LogSink } & Pick<EcsState, "world">,
  task: Task,
  { definition: { name, logConfiguration } }: TaskContainer,
): LogWriter | undefined {
  if (!logs || logConfiguration?.logDriver !== "awslogs") return undefined;
  const { options = {} } = logConfiguration;
  const prefix = options["awslogs-stream-prefix"];
  const writer = logs.open({
    group: options["awslogs-group"] ?? "",
    stream: prefix ? `${prefix}/${name}/${task.id}` : world.ids.hex(64),
    createGroup: options["awslogs-create-group"] === "true",
  });
  if (!writer) throw new NoLogGroup();
  return writer;
}
