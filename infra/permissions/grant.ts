/** The part of IAM's condition language that is used here. */
export type Conditions = Partial<
  Record<
    | "StringEquals"
    | "StringLike"
    | "ArnEquals"
    | "ArnLike"
    | "Null"
    | "Bool"
    | "ForAllValues:StringEquals"
    | "ForAllValues:StringLike",
    Record<string, string | string[]>
  >
>;

/** One statement of a policy, with the reason that it is there. */
export type Grant = {
  /** Letters and digits. Unique in its policy. */
  sid: string;
  /** For people: what it is needed for. */
  why: string;
  actions: string[];
  resources: string[];
  conditions?: Conditions;
  /** Why the resources are wider than what the targets name. Required where one of them ends in a bare `*`. */
  unscoped?: string;
};

/** What of the stack the policies speak of. In the CDK these are tokens. */
export type OwnResources = {
  tableArn: string;
  streamArn: string;
  /** Unqualified; durable functions are invoked by alias. */
  runbookFunctionArn: string;
  runbookAliasArn: string;
  deadLetterQueueArn: string;
  busArn: string;
  /** Of the functions' own logs, ending in `:*` as CloudFormation gives them. */
  logGroupArns: Record<FunctionName, string>;
  encryptionKeyArn?: string;
};

/** The functions that have a role of their own. */
export const functionNames = ["api", "runbook", "execution-ended", "announce", "watch"] as const;
export type FunctionName = (typeof functionNames)[number];

/** Those that ask the load balancer what the public sees: with `deployment.network` they run in that VPC, the others never do. */
export const functionsInNetwork: readonly FunctionName[] = ["api", "runbook"];

/** What each function may do. The two optional grants are the runbook's, in policies of their own. */
export type Permissions = Record<FunctionName, Grant[]> & {
  optional: {
    /** Empty unless a target says `loadBalancer.movePriorities`. */
    movePriorities: Grant[];
    /** Empty unless a target says `restore.fence`. */
    restoreDatabases: Grant[];
  };
};
