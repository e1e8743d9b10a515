import { z } from "zod";

const text = z.string();
const count = z.number().int();

const tags = z.array(z.looseObject({ Key: text.optional(), Value: text.optional() })).default([]);

const serviceSchema = z.looseObject({
  serviceName: text,
  serviceArn: text,
  clusterArn: text,
  status: text,
  desiredCount: count,
  taskDefinition: text,
  loadBalancers: z.array(z.looseObject({ targetGroupArn: text, containerPort: count })).default([]),
  deployments: z.array(z.looseObject({ status: text, rolloutState: text.optional(), taskDefinition: text })),
});
const taskSchema = z.looseObject({
  taskArn: text,
  taskDefinitionArn: text,
  group: text,
  lastStatus: text,
  desiredStatus: text,
  containerInstanceArn: text.optional(),
  containers: z.array(
    z.looseObject({
      name: text,
      imageDigest: text.optional(),
      networkBindings: z.array(z.looseObject({ containerPort: count, hostPort: count })).default([]),
      networkInterfaces: z.array(z.looseObject({ privateIpv4Address: text.optional() })).default([]),
    }),
  ),
});
const ruleSchema = z.looseObject({
  RuleArn: text,
  Priority: text,
  Actions: z.array(
    z.looseObject({
      Type: text,
      TargetGroupArn: text.optional(),
      FixedResponseConfig: z.looseObject({ StatusCode: text.optional() }).optional(),
    }),
  ),
});
const listenerSchema = z.looseObject({
  arn: text,
  rules: z.array(ruleSchema),
  inForce: z.record(text, z.array(ruleSchema)),
});

/** Everything the sandbox's services hold at one moment, as their `state()` and `GET /state` of the control answer it. */
const cloudStateSchema = z.looseObject({
  ecs: z.looseObject({
    services: z.array(serviceSchema),
    tasks: z.array(taskSchema),
    containerInstances: z.array(z.looseObject({ containerInstanceArn: text, ec2InstanceId: text })).default([]),
  }),
  elbv2: z.looseObject({
    loadBalancers: z.array(z.looseObject({ arn: text, addresses: z.array(text), listeners: z.array(listenerSchema) })),
    targetGroups: z.array(
      z.looseObject({
        arn: text,
        attributes: z.record(text, text),
        targets: z.array(z.looseObject({ id: text, port: count, registeredBy: text, State: text })),
      }),
    ),
  }),
  rds: z.looseObject({
    instances: z.array(z.looseObject({ DBInstanceIdentifier: text, DBInstanceStatus: text, generation: text })),
    snapshots: z.array(
      z.looseObject({
        DBSnapshotIdentifier: text,
        Status: text,
        TagList: tags,
      }),
    ),
    clusters: z.array(z.looseObject({ DBClusterIdentifier: text, Status: text, generation: text })).default([]),
    clusterSnapshots: z
      .array(
        z.looseObject({
          DBClusterSnapshotIdentifier: text,
          DBClusterIdentifier: text,
          Status: text,
          TagList: tags,
        }),
      )
      .default([]),
    proxies: z.array(z.looseObject({ DBProxyName: text })).default([]),
  }),
  autoScaling: z.looseObject({
    targets: z.array(z.looseObject({ ResourceId: text })),
    policies: z.array(z.unknown()).default([]),
  }),
  eventBridge: z.looseObject({ rules: z.array(z.looseObject({ Arn: text })) }).default({ rules: [] }),
  scheduler: z
    .looseObject({
      schedules: z.array(
        z.looseObject({ Arn: text, ScheduleExpression: text, ActionAfterCompletion: text.optional() }),
      ),
    })
    .default({ schedules: [] }),
});
export type CloudState = z.output<typeof cloudStateSchema>;
export type ServiceState = CloudState["ecs"]["services"][number];
export type TaskState = CloudState["ecs"]["tasks"][number];
export type ListenerState = CloudState["elbv2"]["loadBalancers"][number]["listeners"][number];

/** A copy that later changes of the cloud do not reach, as it would arrive over HTTP. Throws where a part is missing. */
export const cloudStateOf = (state: unknown): CloudState => cloudStateSchema.parse(JSON.parse(JSON.stringify(state)));

export const listenersOf = (state: CloudState): (ListenerState & { addresses: string[] })[] =>
  state.elbv2.loadBalancers.flatMap(({ addresses, listeners }) =>
    listeners.map((listener) => ({ ...listener, addresses })),
  );

/** What load balancers know the task by, at the port of its container: its address, or its instance and the port there. */
export function targetOf(state: CloudState, task: TaskState, containerPort: number): string {
  const address = task.containers[0]?.networkInterfaces[0]?.privateIpv4Address;
  if (address !== undefined) return `${address}:${containerPort}`;
  const instance = state.ecs.containerInstances.find((one) => one.containerInstanceArn === task.containerInstanceArn);
  const bindings = task.containers.flatMap(({ networkBindings }) => networkBindings);
  const port = bindings.find((binding) => binding.containerPort === containerPort)?.hostPort;
  return `${instance?.ec2InstanceId}:${port}`;
}

export const isRunning = ({ lastStatus, desiredStatus }: TaskState): boolean =>
  lastStatus === "RUNNING" && desiredStatus === "RUNNING";
