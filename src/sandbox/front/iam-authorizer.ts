import type { Credentials } from "../cloud/credentials.ts";
import { authenticate } from "../wire/sigv4.ts";
import type { HttpApiRequest, IamCaller } from "./http-api-event.ts";

type Options = {
  credentials: Credentials;
  region: string;
  /** The callers' clock: the real one, since clients sign with it. */
  nowMs?: () => number;
};

/** The AWS_IAM authorizer of an HTTP API: SigV4 for `execute-api` in the API's own region. Throws AWS's 403s. */
export const iamAuthorizer =
  ({ credentials, region, nowMs = Date.now }: Options) =>
  async (request: HttpApiRequest): Promise<IamCaller> => {
    const { accessKeyId } = authenticate(request, {
      secrets: credentials.secrets,
      scope: { service: "execute-api", region },
      nowMs: nowMs(),
    });
    const caller = credentials.callerOf(accessKeyId);
    if (!caller) throw new Error(`nobody holds the access key ${accessKeyId}`);
    const { account, arn, userId } = caller;
    return { accessKey: accessKeyId, accountId: account, callerId: userId, userArn: arn, userId };
  };
