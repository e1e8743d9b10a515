import type { Secrets } from "../wire/sigv4.ts";
import type { World } from "./world.ts";

/** `sessionToken` comes with a role's session only. */
export type AccessKey = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** What GetCallerIdentity says. */
export type Caller = { account: string; arn: string; userId: string };

export type Credentials = {
  /** Throws where the ARN is neither a user's, a role session's nor the account's root. */
  issue(caller: { arn: string }): AccessKey;
  /** For the check of signatures. */
  secrets: Secrets;
  /** Undefined where no key of that id was issued. */
  callerOf(accessKeyId: string): Caller | undefined;
};

const PRINCIPAL =
  /^arn:aws[\w-]*:(?:iam::(?<iamAccount>\d{12}):(?:(?<root>root)|user\/(?<user>[\w+=,.@/-]+))|sts::(?<stsAccount>\d{12}):assumed-role\/(?<role>[\w+=,.@-]+)\/(?<session>[\w+=,.@-]{2,64}))$/;

/** Access keys and whose they are. */
export function createCredentials(world: Pick<World, "ids">): Credentials {
  const keys = new Map<string, AccessKey & { caller: Caller }>();
  const principals = new Map<string, string>();
  const random = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(world.ids.fraction() * alphabet.length)]).join("");

  /** A user or a role keeps its unique id however many keys and sessions it has. */
  function uniqueId(prefix: string, principal: string): string {
    const id = principals.get(principal) ?? prefix + random(BASE32, 17);
    principals.set(principal, id);
    return id;
  }

  function describe(arn: string): Caller & { temporary: boolean } {
    const { iamAccount, root, user, stsAccount, role, session } = PRINCIPAL.exec(arn)?.groups ?? {};
    const account = iamAccount ?? stsAccount ?? "";
    if (root) return { account, arn, userId: account, temporary: false };
    if (user) return { account, arn, userId: uniqueId("AIDA", arn), temporary: false };
    if (role) return { account, arn, userId: `${uniqueId("AROA", `${account}/${role}`)}:${session}`, temporary: true };
    throw new Error(
      `No access key for ${arn}: expected arn:aws:iam::ACCOUNT:user/NAME, arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION or arn:aws:iam::ACCOUNT:root`,
    );
  }

  return {
    issue({ arn }) {
      const { temporary, ...caller } = describe(arn);
      const key: AccessKey = {
        accessKeyId: (temporary ? "ASIA" : "AKIA") + random(BASE32, 16),
        secretAccessKey: random(BASE64, 40),
        ...(temporary && { sessionToken: `${random(BASE64, 342)}==` }),
      };
      keys.set(key.accessKeyId, { ...key, caller });
      return key;
    },
    secrets: (accessKeyId) => keys.get(accessKeyId),
    callerOf: (accessKeyId) => keys.get(accessKeyId)?.caller,
  };
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
