import { z } from "zod";
import { iamIdOf } from "../../targets/iam-arn.ts";

/** Who signed the request, from what API Gateway verified. */
export type IamPrincipal = {
  kind: "role" | "user";
  partition: string;
  account: string;
  /** The role's or user's own name, without a path. */
  name: string;
  /** The session of an assumed role. */
  session?: string;
  /** Comparable: the same for every session. */
  id: string;
  userArn: string;
};

const requestContextSchema = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) });

/**
 * The signer of a request behind an AWS_IAM authorizer, from `requestContext.authorizer.iam` of an HTTP API's event (payload 2.0), which
 * only API Gateway writes. Undefined where there is no such authorizer, or where the signer is neither a role's session nor a user.
 */
export function iamPrincipal(requestContext: unknown): IamPrincipal | undefined {
  const parsed = requestContextSchema.safeParse(requestContext);
  return parsed.success ? parseUserArn(parsed.data.authorizer.iam.userArn) : undefined;
}

function parseUserArn(userArn: string): IamPrincipal | undefined {
  const session = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/.exec(userArn);
  if (session) {
    const [, partition = "", account = "", name = "", sessionName] = session;
    const id = `arn:${partition}:sts::${account}:assumed-role/${name}`;
    return { kind: "role", partition, account, name, session: sessionName, id, userArn };
  }
  const user = /^arn:(aws[a-z-]*):iam::(\d{12}):user\/(?:[!-~]+\/)?([\w+=,.@-]+)$/.exec(userArn);
  if (!user) return undefined;
  const [, partition = "", account = "", name = ""] = user;
  return { kind: "user", partition, account, name, id: userArn, userArn };
}

/** Whether the principal is the one that an access rule names. */
export const isPrincipal = (principal: IamPrincipal, ruleArn: string): boolean => principal.id === iamIdOf(ruleArn);
