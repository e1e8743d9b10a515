import { describe, expect, test } from "vitest";
import type { SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";
import { call, claim, type Edit, foundIn, nodes, request, SOMEBODY, scenario } from "./handmade.ts";

describe("3: from closed to opening no public request reaches a node", () => {
  const { next, leader } = nodes;
  const routed = (at: number, headers?: Record<string, string>) => [
    { at, fact: request({ at, node: next.address, headers }) },
  ];

  test("finds a public request at a node in the window", () => {
    expect(foundIn({ and: routed(61) })).toEqual([expect.stringMatching(/^3: .*found 1 of 2.* GET \/ at 198.18.0.1/)]);
  });
  test("takes a wrong value of the bypass header for the public's", () => {
    expect(foundIn({ and: routed(61, { "x-intermission-bypass": "guess" }) })).toEqual([expect.stringMatching(/^3: /)]);
  });
  test("lets networks pass that the target declares, and no others", () => {
    const from = (address: string): Edit["and"] => [
      { at: 61, fact: { ...request({ at: 61, node: next.address }), from: address } as SandboxFact },
    ];
    const declared = { input: { scenario: { ...scenario, bypassCidrs: ["192.0.2.0/24", "2001:db8::/32"] } } };
    for (const address of ["192.0.2.77", "2001:db8::7"])
      expect(foundIn({ and: from(address), ...declared })).toEqual([]);
    for (const address of ["192.0.3.1", "2001:db9::7"])
      expect(foundIn({ and: from(address), ...declared })).toEqual([expect.stringMatching(/^3: /)]);
    expect(foundIn({ and: from("192.0.2.77") })).toEqual([expect.stringMatching(/^3: /)]);
  });
  test("finds one in the second window, after the site was closed again", () => {
    const claims: Edit["claims"] = ([requested, closed, verified, opening]) => [
      requested!,
      closed!,
      verified!,
      opening!,
      claim(86, { type: "closed" }),
      claim(87, { type: "held", problem: { message: "closed again", hint: "look" } }),
    ];
    expect(foundIn({ and: routed(88), claims })).toContainEqual(expect.stringMatching(/^3: .*\*opening\* \(not yet\)/));
  });
  test.each([
    ["before it", routed(19)],
    ["after it", routed(82)],
    ["that was routed before it and answered in it", [{ at: 21, fact: request({ at: 19, node: next.address }) }]],
    ["through the bypass", routed(61, { "x-intermission-bypass": "secret" })],
    ["of another application on the same listener", [{ at: 61, fact: otherApplication(61) }]],
  ])("lets a request pass %s", (_case, and) => {
    expect(foundIn({ and })).toEqual([]);
  });
  test("finds nothing to judge by where nobody asked", () => {
    expect(foundIn({ without: ["page"] })).toEqual([expect.stringMatching(/^3: .*to judge it by, found none in 60 s/)]);
  });
  test("finds nothing to judge in an upgrade that never closed", () => {
    const claims: Edit["claims"] = (all) => all.filter(({ type }) => type !== "closed");
    expect(foundIn({ claims })).toContainEqual(expect.stringMatching(/^3: .*to have closed the site/));
  });
  test("forgives ten seconds where somebody else took the page away, if the operation gave up by then", () => {
    const meddling = { at: 52, fact: call("DeleteRule", { RuleArn: ruleArn }, SOMEBODY) };
    const passed = { at: 53, fact: request({ at: 53, node: leader.address }) };
    const late = { at: 63, fact: request({ at: 63, node: leader.address }) };
    const claims: Edit["claims"] = (all) =>
      [...all, claim(54, { type: "phase-finished", phase: "migrate", outcome: "failed" })].toSorted((a, b) =>
        a.at.localeCompare(b.at),
      );
    expect(foundIn({ and: [meddling, passed], claims })).toEqual([]);
    expect(foundIn({ and: [meddling, passed, late], claims })).toEqual([expect.stringMatching(/^3: .*found 1 of 3/)]);
    expect(foundIn({ and: [meddling, passed] })).toEqual([expect.stringMatching(/^3: .*no reaction to DeleteRule/)]);
  });
});

describe("8: no acknowledged write is lost", () => {
  const acknowledged = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  test.each([
    ["a lost write", [{ key: "a", value: "1" }], "1 lost; the first is b"],
    [
      "a changed write",
      [
        { key: "a", value: "1" },
        { key: "b", value: "4" },
      ],
      "1 changed; b was 2 and is 4",
    ],
  ])("finds %s", (_case, found, words) => {
    expect(foundIn({ input: { writes: { acknowledged, found } } })).toEqual([
      expect.stringMatching(new RegExp(`^8: .*${words}`)),
    ]);
  });
  test("lets writes pass that nobody acknowledged", () => {
    const found = [...acknowledged, { key: "c", value: "3" }];
    expect(foundIn({ input: { writes: { acknowledged, found } } })).toEqual([]);
  });
  test("finds nothing to judge by where nothing was acknowledged", () => {
    expect(foundIn({ input: { writes: { acknowledged: [], found: [] } } })).toEqual([
      expect.stringMatching(/^8: expected acknowledged writes to judge by/),
    ]);
  });
});

const ruleArn = scenario.listeners[0]!.arn.replace(":listener/", ":listener-rule/");

function otherApplication(at: number) {
  const asked = request({ at, node: "10.0.9.9" });
  if (asked.kind !== "request") throw new Error("expected a request");
  return { ...asked, target: { ...asked.target!, targetGroupArn: "arn:other" } };
}
