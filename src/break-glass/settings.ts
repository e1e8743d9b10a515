import type { Undo } from "../operations/journal.ts";
import { aws, awsText, each, type Step, unless, until } from "./shell.ts";
import { type Situation, type UndoOf, undosOf } from "./situation.ts";

/** Settings that the window changed, each as the journal has it. The site is open: none of this is urgent. */
export function settingsGoBack(situation: Situation): Step[] {
  const { state } = situation;
  const delays = undosOf(situation, "restore-deregistration-delay").map(({ targetGroupArn, seconds }) =>
    quiet(
      aws("elbv2", "modify-target-group-attributes", {
        "target-group-arn": targetGroupArn,
        attributes: [`Key=deregistration_delay.timeout_seconds,Value=${seconds}`],
      }),
    ),
  );
  const checks = undosOf(situation, "restore-health-check").map(({ targetGroupArn, times }) =>
    quiet(
      aws("elbv2", "modify-target-group", {
        "target-group-arn": targetGroupArn,
        "health-check-interval-seconds": times.intervalSeconds,
        "healthy-threshold-count": times.healthyThreshold,
        "unhealthy-threshold-count": times.unhealthyThreshold,
      }),
    ),
  );
  const services = undosOf(situation, "restore-service-settings").flatMap(serviceSettings);
  const scaling = undosOf(situation, "resume-scaling").map(resumeScaling);
  const revisions = undosOf(situation, "deregister-task-definition");
  const snapshots = undosOf(situation, "delete-snapshot");
  return [
    {
      title: "The deregistration delays",
      commands: delays,
    },
    {
      title: "How often nodes are asked for their health",
      commands: checks,
    },
    {
      title: "What rolls deployments back, and what moves nodes",
      why: ["Only once every deployment is completed: a circuit breaker rolls back to the last one that was."],
      commands: services,
    },
    {
      title: "The scaling",
      why: [
        "Only while the count lies within the bounds: this very call moves it into them, and so starts or stops nodes.",
      ],
      commands: scaling,
    },
    {
      title: "The revisions of the new version",
      why: ["Before anything that names the application's family alone is enabled: it runs the newest revision."],
      commands: [...new Set(revisions.map(({ family }) => family))].map((family) => deregister(family, state.id)),
    },
    {
      title: "Snapshots that were only to speed things up",
      commands: snapshots.map(deleteSnapshot),
    },
    {
      title: "Who else writes to the database",
      why: ["AWS makes up for nothing that was due meanwhile: see what the receipt lists as missed."],
      commands: undosOf(situation, "enable-rule", "enable-schedule").map(enable),
    },
  ].filter(({ commands }) => commands.length > 0);
}

const quiet = (command: string) => `${command} > /dev/null`;

/** A leader's settings in its service are put back before its nodes start, and so that nothing rolls back. */
export const leadersSettings = (situation: Situation): string[] =>
  undosOf(situation, "restore-service-settings")
    .filter(({ leader }) => leader)
    .map(({ cluster, service, settings: { deploymentConfiguration: configuration } }) =>
      quiet(
        aws("ecs", "update-service", {
          cluster,
          service,
          "deployment-configuration": {
            ...configuration,
            deploymentCircuitBreaker: { enable: false, rollback: false },
          },
        }),
      ),
    );

function serviceSettings({ cluster, service, settings, leader }: UndoOf<"restore-service-settings">): string[] {
  const { deploymentConfiguration, availabilityZoneRebalancing, healthCheckGracePeriodSeconds } = settings;
  const { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker, alarms } = deploymentConfiguration;
  const configuration = { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker, alarms };
  return [
    until(
      "COMPLETED",
      awsText("ecs", "describe-services", "services[0].deployments[0].rolloutState", { cluster, services: [service] }),
    ),
    quiet(
      aws("ecs", "update-service", {
        cluster,
        service,
        "deployment-configuration": configuration,
        "availability-zone-rebalancing": availabilityZoneRebalancing,
        "health-check-grace-period-seconds": leader?.hasLoadBalancer ? (healthCheckGracePeriodSeconds ?? 0) : undefined,
      }),
    ),
  ];
}

function resumeScaling({ resourceId, suspended, bounds }: UndoOf<"resume-scaling">): string {
  return quiet(
    aws("application-autoscaling", "register-scalable-target", {
      "service-namespace": "ecs",
      "scalable-dimension": "ecs:service:DesiredCount",
      "resource-id": resourceId,
      ...(bounds && { "min-capacity": bounds.before.min, "max-capacity": bounds.before.max }),
      "suspended-state": [
        `DynamicScalingInSuspended=${suspended.in},DynamicScalingOutSuspended=${suspended.out},ScheduledScalingSuspended=${suspended.scheduled}`,
      ],
    }),
  );
}

/** By its tag, among the newest: others may have registered further ones. */
function deregister(family: string, operation: string): string {
  const newest = awsText("ecs", "list-task-definitions", "taskDefinitionArns[]", {
    "family-prefix": family,
    sort: "DESC",
    "max-results": 20,
    "no-paginate": true,
  });
  const tagged = awsText("ecs", "list-tags-for-resource", "tags[?key==`intermission:operation`].value", {});
  return each("revision", newest, [
    `operation=$(${tagged} --resource-arn "$revision")`,
    `if [ "$operation" = ${operation} ]; then`,
    `  aws ecs deregister-task-definition --task-definition "$revision" > /dev/null`,
    "fi",
  ]);
}

function deleteSnapshot({ of, identifier }: UndoOf<"delete-snapshot">): string {
  const option = of === "instance" ? "db-snapshot-identifier" : "db-cluster-snapshot-identifier";
  const operation = of === "instance" ? "delete-db-snapshot" : "delete-db-cluster-snapshot";
  return `${aws("rds", operation, { [option]: identifier })} > /dev/null || echo '   It is gone already, or say why not' >&2`;
}

type Writer = Extract<Undo, { kind: "enable-rule" | "enable-schedule" }>;

/** As it is found, but for its state: whoever changed it meanwhile keeps the change. */
function enable(undo: Writer): string {
  if (undo.kind === "enable-schedule") {
    const { group, name } = undo;
    const now = aws("scheduler", "get-schedule", { "group-name": group, name, output: "json" });
    return [
      `schedule=$(${now} | jq 'del(.Arn, .CreationDate, .LastModificationDate) | .State = "ENABLED"')`,
      'aws scheduler update-schedule --cli-input-json "$schedule" > /dev/null',
    ].join("\n");
  }
  const { bus, name, state } = undo;
  if (state === "ENABLED") return aws("events", "enable-rule", { "event-bus-name": bus, name });
  const now = aws("events", "describe-rule", { "event-bus-name": bus, name, output: "json" });
  return unless(state, `${now} | jq -r .State`, [
    `rule=$(${now} | jq 'del(.Arn, .ManagedBy, .CreatedBy) | .State = "${state}"')`,
    'aws events put-rule --cli-input-json "$rule" > /dev/null',
  ]);
}
