import type { FunctionName, Grant, OwnResources } from "./grant.ts";
import { all, type Names } from "./names.ts";

/** What the containers wrote: by which a node shows that it works, and a migration why it failed. */
export const containersLines = (names: Names): Grant[] => [
  {
    sid: "ReadContainersLines",
    why: "Readiness by a line of a log, what a migrate command wrote, the last words of a node that ended",
    actions: ["logs:FilterLogEvents", "logs:GetLogEvents"],
    resources: all(names, ({ logGroups }) => logGroups).map((group) => `${group}:*`),
  },
];

/** The function's own lines. Its group is made with the stack, with a retention, so it may not make one. */
export const ownLines = (own: OwnResources, of: FunctionName): Grant[] => [
  {
    sid: "WriteOwnLines",
    why: "The function's own log, which is the audit trail too",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [own.logGroupArns[of]],
  },
];
