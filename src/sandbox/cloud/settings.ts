import { z } from "zod";

const ms = (defaultMs: number, what: string) =>
  z.number().int().min(0).default(defaultMs).describe(`${what}, in milliseconds`);

/** How long the sandbox's AWS takes for things. The defaults are near the real ones; the demo shortens them. */
export const latenciesSchema = z.strictObject({
  ecs: z
    .strictObject({
      schedulerTickMs: ms(
        10_000,
        "How often the service scheduler acts: time from a task's desired status STOPPED to its target's deregistration",
      ),
      provisioningMs: ms(8_000, "Time a task spends in PROVISIONING (network interface)"),
      pullMs: ms(10_000, "Time a task spends in PENDING pulling its image"),
      deprovisioningMs: ms(23_000, "Time from executionStoppedAt to STOPPED"),
    })
    .prefault({}),
  elb: z
    .strictObject({
      rulePropagationMinimumMs: ms(1_000, "Earliest a rule change is in force on an address"),
      rulePropagationMaximumMs: ms(5_000, "Latest a rule change is in force on an address"),
      registrationMs: ms(2_000, "Time from a target's registration to its first health check"),
    })
    .prefault({}),
  rds: z
    .strictObject({
      snapshotMs: ms(60_000, "Fixed part of a snapshot's duration"),
      snapshotPerChangedGibibyteMs: ms(
        20_000,
        "Part of a snapshot's duration for each gibibyte changed since the last one",
      ),
      instanceMs: ms(300_000, "Time an instance takes from creating or restoring to available"),
      clusterMs: ms(180_000, "Time a cluster takes from creating or restoring to available, without its instances"),
      modifyMs: ms(60_000, "Time an instance is modifying"),
      storageOptimizationMs: ms(
        21_600_000,
        "Time an instance is in storage-optimization after its storage was modified",
      ),
      rebootMs: ms(60_000, "Time an instance is rebooting, stopping or starting, or recovers from a crash"),
      deleteMs: ms(120_000, "Time an instance is deleting"),
      renameMs: ms(120_000, "Time an instance is renaming"),
      renameDnsMs: ms(600_000, "Time until a renamed instance's new name resolves"),
    })
    .prefault({}),
  lambda: z
    .strictObject({
      retryMs: ms(
        1_000,
        "Back-off after a durable execution's first failed invocation; after each further one it doubles",
      ),
    })
    .prefault({}),
});
export type Latencies = z.infer<typeof latenciesSchema>;

/** What AWS lets an account have of things, by default; it raises each when asked. */
export const quotasSchema = z.strictObject({
  databaseInstances: z.number().int().min(0).default(40).describe("RDS instances"),
  manualSnapshots: z
    .number()
    .int()
    .min(0)
    .default(100)
    .describe("Manual snapshots of instances, and as many of clusters; automated ones do not count"),
  loadBalancers: z.number().int().min(0).default(50).describe("Application Load Balancers"),
});
export type Quotas = z.infer<typeof quotasSchema>;

/** What the documentation of AWS leaves open, each with both behaviours. The product must be safe under either. */
export const switchesSchema = z.strictObject({
  stopTaskWaitsForDraining: z
    .boolean()
    .default(true)
    .describe("StopTask on a RUNNING service task waits the deregistration delay before SIGTERM"),
  stopTaskCutsDraining: z.boolean().default(false).describe("StopTask on a DEACTIVATING task cuts the wait short"),
  loweredDelayAppliesToDraining: z
    .boolean()
    .default(false)
    .describe("a lowered deregistration delay applies to targets that drain already"),
  executionStoppedAtVisible: z
    .boolean()
    .default(true)
    .describe("executionStoppedAt is visible in DescribeTasks during DEPROVISIONING"),
  rulesSwitchTogether: z.boolean().default(false).describe("a rule change is in force on every address at once"),
  breakerCountsExitAfterRunning: z
    .boolean()
    .default(false)
    .describe("a task that exits after it was RUNNING counts as a failure of the deployment"),
  deploymentAtZeroCompletes: z
    .boolean()
    .default(true)
    .describe("a deployment made at desired count 0 is COMPLETED at the next tick"),
  healthCheckChangeReachesRegistered: z
    .boolean()
    .default(true)
    .describe(
      "a changed health check of a target group holds for targets that are registered already, from their next check on",
    ),
  healthCheckChangeStartsAnew: z
    .boolean()
    .default(false)
    .describe(
      "a changed health check of a target group starts the counts of its targets anew; what they are called stays until they are judged",
    ),
  renamedNameResolvesStale: z
    .boolean()
    .default(false)
    .describe(
      "resolvers that cached a renamed database's old name still reach it by that name, until the name resolves to another database or the time of a rename's DNS has passed",
    ),
});
export type Switches = z.infer<typeof switchesSchema>;
