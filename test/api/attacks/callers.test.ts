import { beforeAll, describe, expect, it } from "vitest";
import { releaseClaims, token } from "../world.ts";
import { START, underAttack } from "./attacker.ts";

let api: Awaited<ReturnType<typeof underAttack>>;
beforeAll(async () => {
  api = await underAttack();
});

describe("a genuine token of somebody else", () => {
  const fork = { repository: "mallory/crm", repository_id: "66", repository_owner_id: "666", actor: "mallory" };

  it.each<[string, object, string]>([
    ["another repository", { repository_id: "66" }, "unknown-target"],
    [
      "another repository that took over the name",
      { repository_id: "66", repository: "acme/crm", repository_owner_id: "666" },
      "unknown-target",
    ],
    ["a fork", fork, "unknown-target"],
    ["a fork's pull request", { ...fork, event_name: "pull_request" }, "unknown-target"],
    ["a repository with the id in its name", { repository_id: "66", repository: "1" }, "unknown-target"],
    ["a repository whose id begins alike", { repository_id: "11" }, "unknown-target"],
    ["a repository whose id is the same number in other words", { repository_id: "01" }, "unknown-target"],
    ["a pull request of the very repository", { event_name: "pull_request" }, "not-allowed"],
    ["a pull request with the target's code", { event_name: "pull_request_target" }, "not-allowed"],
    ["a review of a pull request", { event_name: "pull_request_review" }, "not-allowed"],
    ["a run that another run caused, a fork's perhaps", { event_name: "workflow_run" }, "not-allowed"],
    ["a comment", { event_name: "issue_comment" }, "not-allowed"],
    ["a branch with the name of a tag", { ref: "refs/heads/v2.0.0" }, "not-allowed"],
    ["a branch that has a tag in its name", { ref: "refs/heads/refs/tags/v2.0.0" }, "not-allowed"],
    ["a tag that only ends alike", { ref: "refs/tags/x/v2.0.0" }, "not-allowed"],
    ["a tag with a line break", { ref: "refs/tags/v2.0.0\nrefs/heads/x" }, "not-allowed"],
    ["another environment", { environment: "staging" }, "not-allowed"],
    ["an environment in another case", { environment: "Production" }, "not-allowed"],
    ["no environment", { environment: undefined }, "not-allowed"],
    ["a repository that may only plan", { repository_id: "2" }, "not-allowed"],
  ])("starts nothing: %s", async (_who, claims, code) => {
    const authorization = `Bearer ${await token({ ...releaseClaims, ...claims })}`;
    expect((await api.refused({ headers: { authorization } })).code).toBe(code);
  });

  it("cannot tell a target that exists from one that does not", async () => {
    const authorization = `Bearer ${await token({ ...releaseClaims, ...fork })}`;
    const ask = async (name: string) => {
      const { status, headers, body } = await api.refused({
        path: `/v1/targets/${name}/operations`,
        headers: { authorization },
      });
      return { status, headers, body: body.replaceAll(name, "NAME") };
    };
    expect(await ask("wiki")).toEqual(await ask("none"));
  });
});

describe("a signer whom nobody named", () => {
  it.each([
    "arn:aws:sts::111122223333:assumed-role/OPERATOR/x",
    "arn:aws:sts::111122223333:assumed-role/operator-/x",
    "arn:aws:sts::111122223333:assumed-role/xoperator/operator",
    "arn:aws:sts::111122223333:assumed-role/x/operator",
    "arn:aws:sts::111122223334:assumed-role/operator/x",
    "arn:aws-us-gov:sts::111122223333:assumed-role/operator/x",
    "arn:aws:iam::111122223333:user/operator",
    "arn:aws:iam::111122223333:user/ops/operator",
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_operator_0123456789abcdef/ann",
  ])("starts nothing: %s", async (signer) => {
    expect((await api.refused({ signer })).code).toBe("unknown-target");
  });

  it.each([
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:role/ops/operator",
    "arn:aws:sts::111122223333:federated-user/operator",
    "arn:aws:sts::111122223333:assumed-role/operator",
    "arn:aws:sts::111122223333:assumed-role/operator/",
    "arn:aws:sts::111122223333:assumed-role//operator/x",
    "arn:aws:sts::111122223333:assumed-role/operator/x/y",
    "arn:aws:sts::111122223333:assumed-role/operator/x\n",
    "operator",
  ])("is nobody at all: %s", async (signer) => {
    expect((await api.refused({ signer })).code).toBe("unauthenticated");
  });
});

describe("what only API Gateway may say", () => {
  const context = { authorizer: { iam: { userArn: "arn:aws:sts::111122223333:assumed-role/operator/x" } } };
  const json = JSON.stringify(context);

  it.each<[string, object]>([
    ["in headers of the Lambda adapters", { "x-amzn-request-context": json, "x-amzn-lambda-context": json }],
    [
      "in the header of the event",
      { "x-apigateway-event": encodeURIComponent(JSON.stringify({ requestContext: context })) },
    ],
    [
      "in headers that name the signer",
      { "x-amzn-iam-user-arn": context.authorizer.iam.userArn, "x-amz-caller": "operator" },
    ],
    ["in headers of proxies", { "x-forwarded-user": "operator", "x-forwarded-for": "127.0.0.1", "x-real-ip": "::1" }],
    ["in headers of a load balancer", { "x-amzn-oidc-data": "e30.e30.e30", "x-amzn-oidc-identity": "operator" }],
    [
      "in a signature that nobody checked",
      { authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20260115/eu-central-1/execute-api/aws4_request" },
    ],
    ["in a session's token", { "x-amz-security-token": "FwoGZXIvYXdzE" }],
  ])("is not believed %s", async (_where, headers) => {
    const answer = await api.refused({ headers: headers as Record<string, string> });
    expect(answer).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("is not believed in the body, and nothing else than an order is taken there", async () => {
    const body = JSON.stringify({ procedure: "upgrade", image: "crm:2", requestContext: context });
    expect((await api.refused({ body })).code).toBe("unauthenticated");
    const signer = "arn:aws:sts::111122223333:assumed-role/operator/x";
    expect((await api.refused({ body, signer })).code).toBe("invalid-request");
  });

  it("about a token that it verified itself changes nothing: the function verifies it once more", async () => {
    const env = { requestContext: { authorizer: { jwt: { claims: releaseClaims, scopes: null } } } };
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect((await api.app.request(START, init, env)).status).toBe(401);
  });
});
