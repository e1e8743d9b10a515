import * as ecs from "@aws-sdk/client-ecs";
import { checkEnum, clientError, notSimulated } from "./checks.ts";
import { checkDependencies } from "./container-dependencies.ts";
import { checkLogConfiguration } from "./container-log.ts";
import { checkVolumes } from "./volumes.ts";

const SIZE_LIMIT_BYTES = 64 * 1024;

/** Memory in MiB that Fargate offers for a CPU size: from, to, step (Fargate task definition parameters). */
const FARGATE_MEMORY: Record<number, [from: number, to: number, step: number]> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

/** Throws ClientException or InvalidParameterException, as RegisterTaskDefinition does. */
export function checkTaskDefinition(definition: ecs.RegisterTaskDefinitionRequest): void {
  const { family = "", containerDefinitions: containers = [], networkMode, requiresCompatibilities = [] } = definition;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(family))
    throw clientError(`Invalid family '${family}': 1 to 255 letters, digits, hyphens and underscores.`);
  checkEnum("networkMode", networkMode, ecs.NetworkMode);
  for (const compatibility of requiresCompatibilities)
    checkEnum("requiresCompatibilities", compatibility, ecs.Compatibility);
  if (!containers.length) throw clientError("Container list cannot be empty.");
  for (const container of containers) checkContainer(container, definition);
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Container.name should be unique.");
  if (!containers.some(({ essential = true }) => essential))
    throw clientError("A task definition must have at least one essential container.");
  if (requiresCompatibilities.includes("FARGATE")) checkFargate(definition);
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > SIZE_LIMIT_BYTES)
    throw clientError(`Actual length: '${bytes}'. Max allowed length is '${SIZE_LIMIT_BYTES}' bytes.`);
  checkDependencies(containers);
  checkVolumes(definition);
}

/** Without a bridge between them a container's port is the same from outside. */
export const sharesPorts = (networkMode: string | undefined): boolean =>
  networkMode === "awsvpc" || networkMode === "host";

function checkContainer(container: ecs.ContainerDefinition, task: ecs.RegisterTaskDefinitionRequest): void {
  const { name = "", image, memory, memoryReservation, portMappings = [], healthCheck } = container;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw clientError("Container.name should not be null or empty.");
  if (!image) throw clientError("Container.image should not be null or empty.");
  if (memory === undefined && memoryReservation === undefined && task.memory === undefined)
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  for (const { containerPort, hostPort } of portMappings) {
    if (!containerPort || containerPort > 65_535)
      throw clientError(`Invalid container port ${containerPort} in container '${name}'.`);
    if (sharesPorts(task.networkMode) && hostPort !== undefined && hostPort !== containerPort)
      throw clientError(
        `When networkMode=${task.networkMode}, the host ports and container ports in port mappings must match.`,
      );
  }
  if (container.stopTimeout !== undefined && (container.stopTimeout < 0 || container.stopTimeout > 120))
    throw clientError(`Invalid stopTimeout ${container.stopTimeout} in container '${name}': 0 to 120 seconds.`);
  if (healthCheck) checkHealthCheck(name, healthCheck);
  checkLogConfiguration(container, { fargate: task.requiresCompatibilities?.includes("FARGATE") ?? false });
  if (container.restartPolicy?.enabled) throw notSimulated("A container restart policy");
}

const HEALTH_CHECK_RANGES = { interval: [5, 300], timeout: [2, 120], retries: [1, 10], startPeriod: [0, 300] } as const;

function checkHealthCheck(container: string, check: ecs.HealthCheck): void {
  if (!check.command?.length) throw clientError(`The health check of container '${container}' has no command.`);
  for (const [name, [from, to]] of Object.entries(HEALTH_CHECK_RANGES)) {
    const value = check[name as keyof typeof HEALTH_CHECK_RANGES];
    if (value !== undefined && (value < from || value > to))
      throw clientError(
        `Health check ${name} of container '${container}' must be between ${from} and ${to}, found ${value}.`,
      );
  }
}

function checkFargate({ networkMode, cpu, memory }: ecs.RegisterTaskDefinitionRequest): void {
  if (networkMode !== "awsvpc") throw clientError("Fargate only supports network mode 'awsvpc'.");
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  if (!fitsFargate(cpu, memory))
    throw clientError(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
}

function fitsFargate(cpu: string, memory: string): boolean {
  const units = amount(cpu, "vCPU");
  const mebibytes = amount(memory, "GB");
  if (units === 256) return [512, 1024, 2048].includes(mebibytes);
  const [from, to, step] = FARGATE_MEMORY[units] ?? [1, 0, 1];
  return mebibytes >= from && mebibytes <= to && (mebibytes - from) % step === 0;
}

/** "1024", "1 vCPU" and "1GB" are all 1024. */
export function amount(text: string, unit: string): number {
  const [, digits, suffix] = /^\s*([\d.]+)\s*(\w*)\s*$/.exec(text) ?? [];
  return Number(digits) * (suffix?.toLowerCase() === unit.toLowerCase() ? 1024 : 1);
}

/** Where a task of the definition can run, whether or not the definition demanded it. */
export function compatibilitiesOf({
  networkMode,
  cpu,
  memory,
}: ecs.RegisterTaskDefinitionRequest): ecs.Compatibility[] {
  const fargate = networkMode === "awsvpc" && cpu !== undefined && memory !== undefined && fitsFargate(cpu, memory);
  return fargate ? ["EC2", "FARGATE"] : ["EC2"];
}
