import { expect, test } from "vitest";
import { networkOf } from "../../src/targets/cidr.ts";
import { targetSchema } from "../../src/targets/schema.ts";

test.each([
  ["203.0.113.0/24", "203.0.113.0/24"],
  ["203.0.113.77/24", "203.0.113.0/24"],
  ["203.0.113.77/32", "203.0.113.77/32"],
  ["255.255.255.255/1", "128.0.0.0/1"],
  ["2001:db8::/32", "2001:db8::/32"],
  ["2001:DB8:0:0:0:0:0:1/32", "2001:db8::/32"],
  ["2001:db8::1/128", "2001:db8::1/128"],
  ["::ffff:192.0.2.128/120", "::ffff:c000:200/120"],
  ["fe80::1:2:3:4/65", "fe80::/65"],
])("the network of %s is %s", (cidr, network) => {
  expect(networkOf(cidr)).toBe(network);
});

const wrong = (cidr: string) => {
  const { error } = targetSchema.shape.loadBalancer.safeParse({ bypassCidrs: [cidr] });
  return error?.issues.map(({ message }) => message);
};

test("a bypass network is one that load balancers answer as it was given, and is not everybody's", () => {
  expect(wrong("203.0.113.0/24")).toBeUndefined();
  expect(wrong("2001:db8::/32")).toBeUndefined();
  expect(wrong("203.0.113.0")).toEqual(["expected a network, such as 203.0.113.0/24"]);
  expect(wrong("office")).toEqual(["expected a network, such as 203.0.113.0/24"]);
  expect(wrong("203.0.113.7/24")).toEqual([
    "expected a network by its first address and in its shortest form, 203.0.113.0/24",
  ]);
  expect(wrong("0.0.0.0/0")).toEqual(["expected a network that is not everybody's"]);
});
