/** Where one simulated service meets another. Each is implemented by the service it is named after. */

/** ELBv2, as ECS sees it. */
export type TargetRegistry = {
  register(targetGroupArn: string, target: TargetAddress, by: "service" | "caller"): void;
  deregister(targetGroupArn: string, target: TargetAddress): void;
  /** Undefined once a drained target is gone. */
  health(targetGroupArn: string, target: TargetAddress): TargetHealthState | undefined;
  targetGroup(
    targetGroupArn: string,
  ): { targetType: "ip" | "instance"; deregistrationDelayMs: number; loadBalancerArns: string[] } | undefined;
};
export type TargetAddress = { id: string; port: number };
export type TargetHealthState = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** The registries (ECR and any other OCI registry), as ECS sees them. */
export type ImageRegistry = {
  /** Undefined where the reference names no image: the task then fails with CannotPullContainerError. */
  resolve(reference: string): RegisteredImage | undefined;
};
export type RegisteredImage = { reference: string; digest: string; program: Program };
/** What runs when a container of the image starts. `{host}`, `{port}` and `{task}` are replaced in command and environment. */
export type Program = { command: string[]; workingDirectory?: string; environment?: Record<string, string> };

/** ECS, as Application Auto Scaling sees it. `resourceId` is `service/CLUSTER/SERVICE`. */
export type ServiceCounts = {
  desiredCount(resourceId: string): number | undefined;
  setDesiredCount(resourceId: string, desiredCount: number, reason: string): void;
  /** While a deployment is in progress, nothing is scaled in. */
  isDeploying(resourceId: string): boolean;
};

/** CloudWatch's metrics, as others read them. */
export type MetricReader = {
  /** The newest data point; undefined where there is none of the last minutes. */
  latest(metric: MetricId): number | undefined;
  keyOf(metric: MetricId): string;
  /** Calls back with the key of each metric that gets a value, until the returned function is called. */
  onChange(listener: (key: string) => void): () => void;
};
export type MetricId = { namespace: string; name: string; dimensions: Record<string, string> };

/** ECS, as services see it that call it in the name of a role. */
export type EcsCaller = {
  /** Calls an operation with its input as the API takes it. Throws what ECS answers: an AwsError. */
  call(operation: string, input: object, roleArn: string): unknown;
};

/** Lambda, as services see it that invoke functions with events. */
export type FunctionCaller = {
  /** Invokes asynchronously. Rejects with what Lambda answers where it does not take the event. */
  invoke(functionArn: string, event: unknown): Promise<void>;
};

/** DynamoDB's streams, as Lambda reads them. */
export type StreamSource = {
  /** Calls `read` with each record, in order, until the returned function is called; undefined where there is no such stream. */
  follow(
    streamArn: string,
    reader: { fromStart: boolean; read: (record: StreamRecord) => void },
  ): (() => void) | undefined;
};
export type StreamRecord = {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Record<string, unknown>;
    NewImage?: Record<string, unknown>;
    OldImage?: Record<string, unknown>;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
  eventSourceARN: string;
};

/** CloudWatch Logs, as the awslogs driver sees it. */
export type LogSink = {
  /** Undefined where the group is not there and is not to be made. */
  open(where: { group: string; stream: string; createGroup: boolean }): LogWriter | undefined;
};
export type LogWriter = (line: string) => void;
