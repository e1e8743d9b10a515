import { describe, expect, it } from "vitest";
import { approversInWords, whyNoApprover } from "../../src/operations/approvers.ts";
import { asksAt } from "../../src/operations/asks-at.ts";
import type { Identity } from "../../src/operations/operation.ts";
import { operationRequestSchema } from "../../src/operations/operation.ts";
import { areTwo, personOf } from "../../src/operations/person.ts";
import type { Approvers } from "../../src/targets/access-schema.ts";

const github = (over: Record<string, string | undefined> = {}, repository = "1"): Identity => ({
  kind: "github",
  id: `github:repository:${repository}`,
  name: "acme/crm (octocat)",
  details: Object.fromEntries(
    Object.entries({
      actor: "octocat",
      actor_id: "583231",
      run_attempt: "1",
      event_name: "workflow_dispatch",
      ...over,
    }).flatMap(([claim, value]) => (value === undefined ? [] : [[claim, value]])),
  ),
});
const role = (name: string, session = "ann", account = "111122223333"): Identity => ({
  kind: "iam",
  id: `arn:aws:sts::${account}:assumed-role/${name}`,
  name: `${name}/${session}`,
  details: { session },
});
const user = (name: string): Identity => ({
  kind: "iam",
  id: `arn:aws:iam::111122223333:user/${name}`,
  name,
  details: {},
});
const bob = { actor: "bob", actor_id: "2" };
const sso = "AWSReservedSSO_Operator_0123456789abcdef";

describe("whether two identities are two", () => {
  it.each<[string, Identity, Identity, boolean]>([
    ["two accounts of GitHub", github(), github(bob), true],
    ["one account in two workflows of two repositories", github(), github({ event_name: "push" }, "2"), false],
    ["one account that was renamed", github(), github({ actor: "octo2" }), false],
    ["somebody who repeats another's run", github(), github({ ...bob, run_attempt: "2" }), false],
    ["somebody whose run another repeated", github({ run_attempt: "2" }), github(bob), false],
    ["somebody and a bot of theirs", github(), github({ actor: "github-actions[bot]", actor_id: "3" }), false],
    ["somebody and a schedule that bears another's name", github(), github({ ...bob, event_name: "schedule" }), false],
    ["somebody and what another's run caused", github(), github({ ...bob, event_name: "workflow_run" }), false],
    ["somebody and a token without an account", github(), github({ actor_id: undefined }), false],
    ["two sessions of a role", role("operator", "ann"), role("operator", "bob"), false],
    ["two roles", role("operator"), role("lead"), true],
    ["roles of one name in two accounts", role("operator"), role("operator", "ann", "999922223333"), true],
    ["two users", user("ann"), user("bob"), true],
    ["two people of IAM Identity Center in one permission set", role(sso, "ann@acme"), role(sso, "bob@acme"), true],
    [
      "one person of IAM Identity Center in two permission sets",
      role(sso, "Ann@acme"),
      role("AWSReservedSSO_Admin_fedcba9876543210", "ann@acme"),
      false,
    ],
    [
      "two sessions of a role that only looks like one",
      role("AWSReservedSSO_Op", "a"),
      role("AWSReservedSSO_Op", "b"),
      false,
    ],
    ["a GitHub account and a role", github({ event_name: "schedule" }), role("operator"), true],
  ])("is judged by what proves a person: %s", (_what, one, other, expected) => {
    expect(areTwo(one, other)).toBe(expected);
    expect(areTwo(other, one)).toBe(expected);
  });

  it("is never yes of one and the same", () => {
    for (const each of [github(), github({ run_attempt: "3" }), role("operator"), role(sso), user("ann")])
      expect(areTwo(each, each)).toBe(false);
    expect(personOf(github())).toBe("github:actor:583231");
  });
});

describe("who approves", () => {
  const may = (by: Identity, approvers: Approvers | undefined, starter = github()) =>
    whyNoApprover(by, { approvers, starter }) === undefined;

  it("is everybody, unless the target says otherwise", () => {
    for (const approvers of [undefined, "anyone" as const]) {
      expect(may(github(), approvers)).toBe(true);
      expect(approversInWords(approvers)).toBeUndefined();
    }
  });

  it("is another, by whatever identity", () => {
    expect(may(github(), "another")).toBe(false);
    expect(may(github(bob), "another")).toBe(true);
    expect(may(role("operator"), "another")).toBe(true);
    expect(may(role("operator", "ann"), "another", role("operator", "bob"))).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ["a push, though their own", { event_name: "push" }],
    ["a release, though their own", { event_name: "release" }],
    ["a schedule", { event_name: "schedule" }],
    ["a bot", { actor: "github-actions[bot]" }],
    ["a repeated run", { run_attempt: "2" }],
  ])("is nobody by %s, whoever started it: nobody decided anything there", (_how, claims) => {
    for (const starter of [github(), role("operator")])
      expect(may(github({ ...bob, ...claims }), "another", starter)).toBe(false);
    expect(may(github({ ...bob, ...claims }), [{ actor_id: "2" }], role("operator"))).toBe(false);
  });

  it("is one of a list, and still not who started it", () => {
    const list: Approvers = [
      { actor_id: "583231" },
      { actor_id: "2" },
      { role: "arn:aws:iam::111122223333:role/people/lead" },
    ];
    expect(may(github(bob), list)).toBe(true);
    expect(may(github({ actor_id: "3" }), list)).toBe(false);
    expect(may(github(), list)).toBe(false);
    expect(may(github(), list, github(bob))).toBe(true);
    expect(may(github({ ...bob, run_attempt: "2" }), list)).toBe(false);
    expect(may(role("lead"), list)).toBe(true);
    expect(may(role("lead"), list, role("lead", "bob"))).toBe(false);
    expect(may(role("lead", "ann", "999922223333"), list)).toBe(false);
    expect(may(role("operator"), list)).toBe(false);
  });

  it("is a job in an environment, whose reviewers are GitHub's to ask, whoever began the run", () => {
    const list: Approvers = [{ repository_id: "1", environment: "production-open" }];
    expect(may(github({ environment: "production-open" }), list)).toBe(true);
    expect(may(github({ environment: "production-open", run_attempt: "2" }), list)).toBe(true);
    expect(may(github({ environment: "staging" }), list)).toBe(false);
    expect(may(github({ environment: "production-open" }, "2"), list)).toBe(false);
    expect(may(role("operator"), list)).toBe(false);
  });

  it("is said in words, and so is why not", () => {
    expect(approversInWords("another")).toBe("somebody else than who starts the operation");
    const list: Approvers = [
      { actor_id: "2" },
      { role: "arn:aws:iam::111122223333:role/people/lead" },
      { repository_id: "1", environment: "production-open" },
    ];
    expect(approversInWords(list, "acme/crm (octocat)")).toBe(
      "the GitHub account 2, or the IAM role lead, or a job in the environment production-open of the repository 1; not by acme/crm (octocat)",
    );
    const why = whyNoApprover(github({ ...bob, run_attempt: "2" }), { approvers: "another", starter: github() });
    expect(why?.found).toBe("acme/crm (octocat), in a run that does not prove whose hand began it (attempt 2)");
  });
});

describe("a rollback that throws away what visitors wrote", () => {
  const asks = (approvers: Approvers | undefined, discards?: object) =>
    asksAt("before-window", {
      target: { approval: { ask: "none", ...(approvers && { approvers }) } },
      request: operationRequestSchema.parse({ procedure: "rollback", of: "op-1", ...(discards && { discards }) }),
    });
  const discards = { from: "2026-01-15T02:00:00Z" };

  it("asks before the window, where another than its starter must decide that", () => {
    expect(asks("another", discards)).toBe(true);
    expect(asks("another")).toBe(false);
    expect(asks("anyone", discards)).toBe(false);
    expect(asks(undefined, discards)).toBe(false);
  });
});
