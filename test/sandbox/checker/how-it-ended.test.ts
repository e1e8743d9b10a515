import { describe, expect, test } from "vitest";
import type { CloudState } from "../../../src/sandbox/checker/cloud-state.ts";
import {
  call,
  claim,
  cloudWith,
  type Edit,
  foundIn,
  nodes,
  OLD,
  request,
  SOMEBODY,
  scenario,
  started,
  timeAt,
} from "./handmade.ts";

const endingWith =
  (...last: ReturnType<typeof claim>[]): Edit["claims"] =>
  (claims) => [...claims.filter(({ type }) => type !== "finished"), ...last];
const ruleOf = (listenerArn: string) => listenerArn.replace(":listener/", ":listener-rule/");
const service = (state: CloudState) => state.ecs.services[0]!;

describe("6: it ends in time, and as it says", () => {
  const task = (state: CloudState) => state.ecs.tasks[0]!;
  test.each<[string, (state: CloudState) => void, string]>([
    [
      "a node too few",
      (state) => {
        task(state).desiredStatus = "STOPPED";
      },
      "1 running nodes of web, found 0",
    ],
    [
      "a node of the old version",
      (state) => {
        task(state).containers[0]!.imageDigest = OLD;
      },
      "to run sha256:new, found sha256:old",
    ],
    [
      "a node that is not healthy",
      (state) => {
        state.elbv2.targetGroups[0]!.targets[0]!.State = "initial";
      },
      "registered and healthy, found initial",
    ],
    [
      "a node that is not registered",
      (state) => {
        state.elbv2.targetGroups[0]!.targets = [];
      },
      "found no registration",
    ],
    [
      "a deployment still going on",
      (state) => {
        service(state).deployments[0]!.rolloutState = "IN_PROGRESS";
      },
      "one completed deployment of web, found PRIMARY IN_PROGRESS",
    ],
  ])("finds success claimed with %s", (_case, after, words) => {
    expect(foundIn({ after })).toContainEqual(expect.stringMatching(new RegExp(`^6: .*${words}`)));
  });
  test("finds a container that runs behind the services' back", () => {
    expect(foundIn({ without: ["leader ends"] })).toEqual([
      expect.stringMatching(/^6: .*one of arn.*task\/main\/leader/),
    ]);
  });
  test.each<[string, Edit, string]>([
    ["never asked there again", { without: ["visit", "last visit"] }, "found no request"],
    ["still gets the page", { and: [{ at: 96, fact: request({ at: 96 }) }] }, "found fixed-response with status 503"],
    [
      "gets errors",
      { and: [{ at: 96, fact: request({ at: 96, node: nodes.next.address, status: 502 }) }] },
      "status 502",
    ],
    [
      "reaches a node that has ended",
      { and: [{ at: 96, fact: request({ at: 96, node: nodes.leader.address }) }] },
      "found forward",
    ],
  ])("finds success claimed where the public %s", (_case, edit, words) => {
    expect(foundIn(edit)).toContainEqual(expect.stringMatching(new RegExp(`^6: .*last public request .*${words}`)));
  });
  test("finds the page after *opened*", () => {
    expect(foundIn({ and: [{ at: 88, fact: request({ at: 88 }) }] })).toEqual([
      expect.stringMatching(/^6: expected no page after \*opened\*/),
    ]);
  });
  test("finds an operation that never ended, and one that ended too late", () => {
    expect(foundIn({ claims: endingWith() })).toContainEqual(
      expect.stringMatching(/^6: .*to end or to be held, found no/),
    );
    expect(foundIn({ input: { scenario: { ...scenario, deadlineMs: 79_000 } } })).toEqual([
      `6: expected an end within 79 s of ${timeAt(10)}, found it at ${timeAt(90)}`,
    ]);
  });
  test("finds the old version called back on data that the new one changed", () => {
    const again = { ...nodes.old, task: "again" };
    const edit: Edit = {
      without: ["next starts", "visit", "last visit"],
      and: [
        { at: 75, fact: started(again) },
        { at: 89, fact: call("DeregisterTaskDefinition", { taskDefinition: "web:2" }) },
        { at: 95, fact: request({ at: 95, node: again.address }) },
      ],
      claims: endingWith(claim(90, { type: "finished", status: "rolled-back" })),
      input: { after: cloudWith(again) },
    };
    expect(foundIn(edit)).toEqual([expect.stringMatching(/^5: /), expect.stringMatching(/^6: expected the old data/)]);
  });

  describe("held", () => {
    const problem = { message: "it failed", hint: "look here" };
    const held = (about: object = problem): Edit => ({
      without: ["next starts", "visit", "last visit"],
      and: [{ at: 62, fact: request({ at: 62 }) }],
      claims: ([requested, closed]) => [requested!, closed!, claim(58, { type: "held", problem: about })],
      after: (state) => {
        const [listener] = state.elbv2.loadBalancers[0]!.listeners;
        const page = {
          RuleArn: "page",
          Priority: "1",
          Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }],
        };
        for (const rules of Object.values(listener!.inForce)) rules.unshift(page);
      },
    });
    test("lets one pass that holds the page and says what to do", () => {
      expect(foundIn(held())).toEqual([]);
    });
    test("finds one that says nothing", () => {
      expect(foundIn(held({ message: "it failed" }))).toEqual([expect.stringMatching(/^6: .*what to do/)]);
    });
    test("finds one with the page gone", () => {
      const passed = { at: 63, fact: request({ at: 63, node: nodes.leader.address }) };
      expect(foundIn({ ...held(), and: [passed], after: undefined })).toEqual([
        expect.stringMatching(/^3: /),
        expect.stringMatching(/^6: .*found 1 of 1 at a node/),
        "6: expected a closing rule in force at 198.18.0.1, found none",
      ]);
    });
    test("before the site was closed lets what was found serve on, and finds it stopped", () => {
      const untouched: Edit = {
        ...held(),
        claims: ([requested]) => [requested!, claim(0.5, { type: "held", problem })],
        input: { after: cloudWith(nodes.old) },
      };
      const count = "6: expected 1 running nodes of web, found 0";
      const stopped = cloudWith(nodes.old);
      task(stopped).desiredStatus = "STOPPED";
      expect(foundIn({ ...untouched, after: undefined })).not.toContain(count);
      expect(foundIn({ ...untouched, after: undefined, input: { after: stopped } })).toContain(count);
    });
    describe("and taken over from", () => {
      const claims =
        (about: object): Edit["claims"] =>
        (all) => [
          ...all.filter(({ type }) => type !== "finished"),
          claim(84.5, { type: "held", problem: about }),
          claim(89, { type: "taken-over" }),
          claim(90, { type: "finished", status: "succeeded" }),
        ];
      const closedAgain = (and: Edit["and"] = []): Edit => ({
        without: ["visit"],
        and: [{ at: 86, fact: request({ at: 86 }) }, ...and],
        claims: (all) => claims(problem)!(all).filter(({ type }) => type !== "opened"),
      });
      const passed = { at: 87, fact: request({ at: 87, node: nodes.next.address }) };
      test("lets one pass that closed again, and whatever came after", () => {
        expect(foundIn(closedAgain())).toEqual([]);
      });
      test("finds one that let the public through meanwhile", () => {
        expect(foundIn(closedAgain([passed]))).toEqual([
          `6: expected the page for every public request while the operation was held from ${timeAt(84.5)} to ${timeAt(89)}, found 1 of 2 at a node`,
        ]);
      });
      test("leaves what somebody else made of the rules to them", () => {
        const meddling = {
          at: 86.5,
          fact: call("DeleteRule", { RuleArn: ruleOf(scenario.listeners[0]!.arn) }, SOMEBODY),
        };
        expect(foundIn(closedAgain([meddling, passed]))).toEqual([]);
      });
      test("asks nothing of the public before the site was ever closed", () => {
        const early: Edit["claims"] = ([requested, ...more]) => [
          requested!,
          claim(12, { type: "held", problem }),
          claim(14, { type: "taken-over" }),
          ...more,
        ];
        expect(
          foundIn({ and: [{ at: 13, fact: request({ at: 13, node: nodes.old.address }) }], claims: early }),
        ).toEqual([]);
      });
      test("finds one that said nothing", () => {
        expect(foundIn({ without: ["visit"], claims: claims({ message: "it failed" }) })).toEqual([
          expect.stringMatching(/^6: .*what to do/),
        ]);
      });
    });
    test("finds nothing to judge by where nobody asked any more", () => {
      expect(foundIn({ ...held(), and: [] })).toEqual([expect.stringMatching(/^6: .*found none to judge by/)]);
    });
  });
});

describe("9: one active operation a target", () => {
  const other = (target: string, from: number, to?: number) => ({
    id: "op-2",
    claims: [
      claim(from, { type: "requested", target }),
      ...(to === undefined ? [] : [claim(to, { type: "finished", status: "succeeded" })]),
    ],
  });
  test.each([
    ["one that overlaps", other("web", 50, 100)],
    ["one that is held still", other("web", 5)],
  ])("finds %s", (_case, operation) => {
    expect(foundIn({ input: { otherOperations: [operation] } })).toEqual([expect.stringMatching(/^9: .*op-1 .* op-2/)]);
  });
  test.each([
    ["one before", other("web", 1, 9)],
    ["one after", other("web", 90)],
    ["one on another target", other("shop", 50, 60)],
  ])("allows %s", (_case, operation) => {
    expect(foundIn({ input: { otherOperations: [operation] } })).toEqual([]);
  });
  test("finds a change outside of any operation, and lets reading pass", () => {
    const late = (operation: string) => ({ and: [{ at: 92, fact: call(operation, { service: "web" }) }] });
    expect(foundIn(late("UpdateService"))).toEqual([expect.stringMatching(/^9: .*found ECS UpdateService/)]);
    expect(foundIn(late("DescribeServices"))).toEqual([]);
  });
});

test("claims that do not begin with the request are an error", () => {
  expect(() => foundIn({ claims: (claims) => claims.slice(1) })).toThrow(
    "expected the claims of op-1 to begin with its request, found closed",
  );
});
