/** Wildcards that stand for the parts of one thing, or for names that are given here, and what they stand for. */
const SHAPES: readonly [pattern: RegExp, meaning: string][] = [
  [/:logs:[^*]*:log-group:[^*]+:\*$/, "The streams of one log group, whose ARNs AWS writes so"],
  [/:ecs:[^*]*:task-definition\/[^*]+:\*$/, "The revisions of one family, of which each operation registers another"],
  [/:ecs:[^*]*:task\/[^*/]+\/\*$/, "The tasks of one cluster, whose ids AWS makes up when they start"],
  [/:ecs:[^*]*:container-instance\/[^*/]+\/\*$/, "The instances of one cluster, whose ids AWS makes up"],
  [
    /:elasticloadbalancing:[^*]*:listener-rule\/[^*]+\/\*$/,
    "The rules of one listener, whose ids AWS makes up when they are made",
  ],
  [/:lambda:[^*]*:function:[^*]+:\*$/, "The versions and the alias of one function"],
  [/:rds:[^*]*:(cluster-)?snapshot:intermission-\*$/, "Snapshots by the prefix of the names that are given to ours"],
  [
    /:rds:[^*]*:(db|cluster):[^*]+-(before|restored)-\*$/,
    "One database under the names that a restore gives, with the operation's id",
  ],
  [/:application-autoscaling:[^*]*:scalable-target\/\*$/, "An id that AWS makes up, and need not tell"],
];

/** What a wildcard in a resource stands for, where its shape says so. */
export const meaningOf = (resource: string): string | undefined =>
  SHAPES.find(([pattern]) => pattern.test(resource))?.[1];
