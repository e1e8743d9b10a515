import { describe, expect, test } from "vitest";
import { valuesOf } from "../../../src/sandbox/cloud/iam/demand.ts";
import { compilePolicies } from "../../../src/sandbox/cloud/iam/policies.ts";
import type { PolicyDocument } from "../../../src/sandbox/cloud/iam/policy-document.ts";

const TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/intermission";
type StatementJson = Exclude<PolicyDocument["Statement"], unknown[]>;

const policy = (...Statement: StatementJson[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const judge = (
  documents: PolicyDocument[],
  action: string,
  resource: string,
  raw: Parameters<typeof valuesOf>[0] = {},
) => compilePolicies(documents).judge({ action, resource, values: valuesOf(raw) });

describe("policies", () => {
  test("allow nothing that no statement allows", () => {
    const documents = [policy({ Sid: "Memory", Effect: "Allow", Action: "dynamodb:GetItem", Resource: TABLE })];
    expect(judge(documents, "dynamodb:PutItem", TABLE)).toEqual({ decision: "not-allowed" });
    expect(judge(documents, "dynamodb:GetItem", `${TABLE}-2`)).toEqual({ decision: "not-allowed" });
    expect(judge([], "dynamodb:GetItem", TABLE)).toEqual({ decision: "not-allowed" });
  });

  test("name every statement that allows, and an action in any case", () => {
    const documents = [
      policy({ Sid: "Memory", Effect: "Allow", Action: ["DynamoDB:get*", "dynamodb:?utItem"], Resource: [TABLE] }),
      policy({ Effect: "Allow", Action: "*", Resource: "*" }),
    ];
    expect(judge(documents, "dynamodb:GetItem", TABLE)).toEqual({
      decision: "allowed",
      sids: ["Memory", "documents[1].Statement[0]"],
    });
    expect(judge(documents, "dynamodb:Query", TABLE)).toMatchObject({ sids: ["documents[1].Statement[0]"] });
  });

  test("deny what any statement denies, whatever allows it", () => {
    const documents = [
      policy(
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Sid: "Never", Effect: "Deny", Action: "dynamodb:*", Resource: TABLE },
      ),
    ];
    expect(judge(documents, "dynamodb:GetItem", TABLE)).toEqual({ decision: "denied", sids: ["Never"] });
  });

  test("hold a condition's keys together and a key's values apart", () => {
    const documents = [
      policy({
        Effect: "Allow",
        Action: "ecs:StopTask",
        Resource: "*",
        Condition: {
          ArnEquals: {
            "ecs:cluster": ["arn:aws:ecs:eu-central-1:111122223333:cluster/a", "arn:aws:ecs:*:*:cluster/b-*"],
          },
          StringEquals: { "aws:ResourceTag/App": "crm" },
        },
      }),
    ];
    const decide = (cluster: string, app?: string) =>
      judge(documents, "ecs:StopTask", "*", {
        "ecs:cluster": `arn:aws:ecs:eu-central-1:111122223333:cluster/${cluster}`,
        "aws:ResourceTag/app": app,
      }).decision;
    expect([decide("a", "crm"), decide("b-1", "crm")]).toEqual(["allowed", "allowed"]);
    expect([decide("c", "crm"), decide("a", "wiki"), decide("a")]).toEqual(Array(3).fill("not-allowed"));
  });

  test("name every part that cannot be judged, at once", () => {
    const wrong = [
      {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", NotAction: "ecs:*", Action: "ecs", Resource: "arn:aws:ecs:*" }],
      },
      policy(
        { Sid: "Twice", Effect: "Allow", Action: "ecs:*", Resource: "*" },
        { Sid: "Twice", Effect: "Deny", Action: "ecs:*", Resource: "*" },
      ),
      policy({
        Effect: "Deny",
        Action: "*",
        Resource: `arn:aws:s3:::${"$"}{aws:username}`,
        Condition: {
          IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
          StringEquals: { "aws:TagKeys": "a" },
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": "a" },
          NullIfExists: { "aws:ResourceTag/a": "true" },
          Bool: { "aws:SecureTransport": "yes" },
        },
      }),
    ] as unknown as PolicyDocument[];
    const message = (() => {
      try {
        compilePolicies(wrong);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    for (const part of [
      "NotAction",
      "service:Action",
      "all six parts",
      "policy variables",
      "IpAddress is not simulated",
      "expected ForAllValues:StringEquals",
      "no call says dynamodb:LeadingKeys",
      "NullIfExists is not simulated",
      "expected true or false, found yes",
      "expected each Sid once, found Twice several times",
    ])
      expect(message).toContain(part);
  });
});

describe("a condition", () => {
  const holds = (
    operator: string,
    wanted: string | string[],
    found: string | string[] | undefined,
    key = "aws:RequestTag/a",
  ) =>
    judge(
      [policy({ Effect: "Allow", Action: "*", Resource: "*", Condition: { [operator]: { [key]: wanted } } })],
      "ecs:RunTask",
      "*",
      { [key]: found },
    ).decision === "allowed";
  const tagKeys = "aws:TagKeys";

  test.each<[operator: string, wanted: string | string[], matching: string, other: string, absent: boolean]>([
    ["StringEquals", ["x", "y"], "y", "Y", false],
    ["StringEqualsIfExists", "x", "x", "y", true],
    ["StringNotEquals", ["x", "y"], "z", "y", true],
    ["StringEqualsIgnoreCase", "x", "X", "y", false],
    ["StringLike", "x-*", "x-1", "y-1", false],
    ["StringLikeIfExists", "x-?", "x-1", "x-12", true],
    ["StringNotLike", "x-*", "y-1", "x-1", true],
    ["ArnLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/ab", "arn:aws:iam::1:user/ab", false],
    ["ArnEquals", "arn:aws:iam::1:role/a", "arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", false],
    ["ArnNotLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:user/a", "arn:aws:iam::1:role/a", true],
    ["Bool", "true", "true", "false", false],
    ["BoolIfExists", "true", "true", "false", true],
  ])("%s %s holds for %s, not for %s, and without the key: %s", (operator, wanted, matching, other, absent) => {
    expect(holds(operator, wanted, matching)).toBe(true);
    expect(holds(operator, wanted, other)).toBe(false);
    expect(holds(operator, wanted, undefined)).toBe(absent);
  });

  test("Null asks whether the key is absent", () => {
    expect([holds("Null", "true", undefined), holds("Null", "true", "x")]).toEqual([true, false]);
    expect([holds("Null", "false", undefined), holds("Null", "false", "x")]).toEqual([false, true]);
  });

  test("ForAllValues wants each value to be named, and holds where there is none", () => {
    const only = (found: string[] | undefined) => holds("ForAllValues:StringEquals", ["a", "b"], found, tagKeys);
    expect([only(["a"]), only(["b", "a"]), only(["a", "c"]), only([]), only(undefined)]).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  test("ForAnyValue wants one value to be named, and does not hold where there is none", () => {
    const any = (found: string[] | undefined) => holds("ForAnyValue:StringLike", ["a*"], found, tagKeys);
    expect([any(["b", "ab"]), any(["b"]), any([]), any(undefined)]).toEqual([true, false, false, false]);
    expect(holds("ForAnyValue:StringNotEquals", "a", undefined, tagKeys)).toBe(false);
    expect(holds("ForAnyValue:StringNotEquals", "a", ["a", "b"], tagKeys)).toBe(true);
  });
});
