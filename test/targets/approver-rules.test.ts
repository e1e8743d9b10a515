import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/targets/configuration.ts";
import { crm } from "./crm.ts";

const problemsOf = (approvers: string, access: string) => {
  try {
    crm(`approval: { ask: before-open, approvers: ${approvers} }`, `access: ${access}`);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ path, found }) => [path, found]);
    throw error;
  }
};
const at = (index: number) => `targets.crm.approval.approvers[${index}]`;
const lead = '{ role: "arn:aws:iam::111122223333:role/people/lead" }';
const environment = '{ repository_id: "1", environment: production-open }';
const account = '{ actor_id: "583231" }';

describe("approvers", () => {
  it("are those who may decide", () => {
    const access = `{
      github: [{ repository_id: "1", environment: production-open, allow: [decide] }],
      iam: [{ role: "arn:aws:iam::111122223333:role/lead", allow: ["*"] }] }`;
    expect(problemsOf(`[${lead}, ${environment}, ${account}]`, access)).toEqual([]);
    expect(problemsOf("another", access)).toEqual([]);
    expect(problemsOf("anyone", "{}")).toEqual([]);
  });

  it("who may not decide are all named at once, before a window waits for them", () => {
    const access = `{
      github: [{ repository_id: "1", environment: production, allow: [decide] }, { repository_id: "2", allow: [upgrade] }],
      iam: [{ role: "arn:aws:iam::999922223333:role/lead", allow: ["*"] }] }`;
    expect(problemsOf(`[${lead}, ${environment}, ${account}]`, access)).toEqual([
      [at(0), "arn:aws:iam::111122223333:role/people/lead"],
      [at(1), "the environment production-open of the repository 1"],
    ]);
    expect(problemsOf(`[${account}]`, '{ github: [{ repository_id: "2", allow: [upgrade] }] }')).toEqual([
      [at(0), "the GitHub account 583231"],
    ]);
    expect(problemsOf("another", '{ github: [{ repository_id: "2", allow: [upgrade] }] }')).toEqual([
      ["targets.crm.approval.approvers", "none"],
    ]);
  });
});

describe("a role in the access rules", () => {
  it.each([
    "arn:aws:iam::111122223333:role/AWSReservedSSO_Operator_*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::*:role/operator",
    "arn:aws:iam::111122223333:root",
    "arn:aws:sts::111122223333:assumed-role/operator/ann",
    "operator",
  ])("is named in full: %s is refused", (role) => {
    expect(problemsOf("anyone", `{ iam: [{ role: "${role}", allow: [read] }] }`)).toEqual([
      ["targets.crm.access.iam[0].role", JSON.stringify(role)],
    ]);
  });

  it("may be one of IAM Identity Center", () => {
    const role =
      "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Operator_0123456789abcdef";
    expect(problemsOf("anyone", `{ iam: [{ role: "${role}", allow: [read] }] }`)).toEqual([]);
  });
});
