import { expect, test } from "vitest";
import type { CapacityProvider } from "../../src/aws/ecs-capacity.ts";
import { capacityInput, leaderCapacity } from "../../src/procedures/leader-capacity.ts";

const PLACEMENT = {
  placementConstraints: [{ type: "distinctInstance" as const }],
  placementStrategy: [{ type: "spread" as const, field: "attribute:ecs.availability-zone" }],
};
type Item = [name: string, base: number, weight: number];
const strategy = (...items: Item[]) =>
  items.map(([capacityProvider, base, weight]) => ({ capacityProvider, base, weight }));

/** What RunTask is asked for. */
function asked(
  own: { launchType?: string; strategy?: Item[] },
  { byDefault = [], providers = [] }: { byDefault?: Item[]; providers?: CapacityProvider[] } = {},
) {
  const service = {
    launchType: own.launchType,
    capacityProviderStrategy: strategy(...(own.strategy ?? [])),
    ...PLACEMENT,
  };
  const capacity = leaderCapacity(service, { defaultStrategy: strategy(...byDefault), providers });
  return { capacity, input: capacityInput(service, capacity) };
}
const on = (capacityProvider: string) => ({ capacityProviderStrategy: [{ capacityProvider, weight: 1 }] });

test("on Fargate the leader is on demand, whatever the mix, and without placement, which Fargate refuses", () => {
  for (const own of [
    { launchType: "FARGATE" },
    { strategy: [["FARGATE_SPOT", 0, 1]] as Item[] },
    {
      strategy: [
        ["FARGATE_SPOT", 0, 4],
        ["FARGATE", 1, 1],
      ] as Item[],
    },
  ])
    expect(asked(own).input).toEqual({ launchType: "FARGATE", platformVersion: undefined });
});

test("on EC2 it is placed as the service's nodes are", () => {
  expect(asked({ launchType: "EC2" }).input).toEqual({ launchType: "EC2", ...PLACEMENT });
});

test("of several providers it takes the one that the service prefers", () => {
  const own = {
    strategy: [
      ["small", 0, 9],
      ["large", 2, 1],
    ] as Item[],
  };
  expect(asked(own).input).toEqual({ ...on("large"), ...PLACEMENT });
});

test("one that is known to be Spot, or named so, is taken last of all or not at all", () => {
  const managed: CapacityProvider[] = [
    { name: "cheap", spot: true, grows: true },
    { name: "steady", spot: false, grows: true },
  ];
  expect(
    asked(
      {
        strategy: [
          ["cheap", 5, 5],
          ["steady", 0, 0],
        ],
      },
      { providers: managed },
    ).input,
  ).toMatchObject(on("steady"));
  expect(
    asked({
      strategy: [
        ["web-spot", 5, 5],
        ["web", 0, 1],
      ],
    }).input,
  ).toMatchObject(on("web"));
  expect(asked({ strategy: [["web-spot", 0, 1]] }).capacity).toMatchObject({ doubt: "web-spot is named as Spot" });
  expect(asked({ strategy: [["cheap", 0, 1]] }, { providers: managed }).capacity).toEqual({
    on: "spot",
    provider: "cheap",
  });
});

test("a service that shows neither launch type nor strategy has the cluster's, never left to RunTask's own choice", () => {
  expect(asked({}, { byDefault: [["FARGATE_SPOT", 0, 1]] }).input).toMatchObject({ launchType: "FARGATE" });
  expect(asked({}, { byDefault: [["web", 0, 1]] }).input).toMatchObject(on("web"));
  expect(asked({}).input).toMatchObject({ launchType: "EC2" });
});
