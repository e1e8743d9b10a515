import * as sts from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { createCredentials } from "../../../src/sandbox/cloud/credentials.ts";
import { createSts } from "../../../src/sandbox/cloud/sts.ts";
import { createIds } from "../../../src/sandbox/cloud/world.ts";
import { createEndpoint, inProcess } from "../../../src/sandbox/wire/server.ts";
import { describeService } from "../../../src/sandbox/wire/service.ts";

const USER = "arn:aws:iam::111122223333:user/ops/alice";
const SESSION = "arn:aws:sts::111122223333:assumed-role/operator/alice@example.com";

function setUp() {
  const credentials = createCredentials({ ids: createIds(7) });
  const handle = createEndpoint({
    mounts: [{ service: describeService(sts, sts.STSClient), handlers: createSts(credentials) }],
    secrets: credentials.secrets,
    region: "eu-central-1",
  });
  const client = (key: sts.STSClientConfig["credentials"], region = "eu-central-1") =>
    new sts.STSClient({
      region,
      credentials: key,
      maxAttempts: 1,
      endpoint: "http://sts.sandbox",
      requestHandler: inProcess(handle) as never,
    });
  const whoAmI = (key: sts.STSClientConfig["credentials"], region?: string) =>
    client(key, region).send(new sts.GetCallerIdentityCommand({}));
  return { credentials, whoAmI };
}

describe("GetCallerIdentity", () => {
  test("names a user by the key that signed", async () => {
    const { credentials, whoAmI } = setUp();
    const key = credentials.issue({ arn: USER });
    expect(key).toEqual({
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
    });
    expect(await whoAmI(key)).toMatchObject({
      Account: "111122223333",
      Arn: USER,
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    });
  });

  test("names a role's session, whose key needs its session token", async () => {
    const { credentials, whoAmI } = setUp();
    const { sessionToken, ...key } = credentials.issue({ arn: SESSION });
    expect(key.accessKeyId).toMatch(/^ASIA/);
    expect(await whoAmI({ ...key, sessionToken })).toMatchObject({
      Arn: SESSION,
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:alice@example.com$/),
    });
    await expect(whoAmI(key)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await expect(whoAmI({ ...key, sessionToken: "another" })).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  });

  test("refuses a wrong secret, an unknown key and another region's signature", async () => {
    const { credentials, whoAmI } = setUp();
    const key = credentials.issue({ arn: USER });
    await expect(whoAmI({ ...key, secretAccessKey: "x" })).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(whoAmI({ ...key, accessKeyId: "AKIANOBODY" })).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await expect(whoAmI(key, "us-east-1")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});

describe("access keys", () => {
  test("are several to a principal, who stays one", () => {
    const { credentials } = setUp();
    const callers = [USER, USER, SESSION, SESSION.replace("alice@", "bob@")].map((arn) => {
      const { accessKeyId } = credentials.issue({ arn });
      return { accessKeyId, userId: credentials.callerOf(accessKeyId)?.userId.split(":")[0] };
    });
    expect(new Set(callers.map(({ accessKeyId }) => accessKeyId)).size).toBe(4);
    expect(callers[0]?.userId).toBe(callers[1]?.userId);
    expect(callers[2]?.userId).toBe(callers[3]?.userId);
    expect(callers[0]?.userId).not.toBe(callers[2]?.userId);
  });

  test("are the same again from the same seed", () => {
    expect(setUp().credentials.issue({ arn: SESSION })).toEqual(setUp().credentials.issue({ arn: SESSION }));
  });

  test("of the account's root carry the account as their user id", () => {
    const { credentials } = setUp();
    const { accessKeyId } = credentials.issue({ arn: "arn:aws:iam::111122223333:root" });
    expect(credentials.callerOf(accessKeyId)?.userId).toBe("111122223333");
    expect(credentials.callerOf("AKIANOBODY")).toBeUndefined();
  });

  test.each(["arn:aws:iam::111122223333:role/operator", "alice", "arn:aws:iam::1:user/alice", ""])(
    "are not issued to %s",
    (arn) => {
      expect(() => setUp().credentials.issue({ arn })).toThrow(/expected arn:aws:iam::ACCOUNT:user\/NAME/);
    },
  );
});
