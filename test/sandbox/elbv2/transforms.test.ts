import type { RuleTransform } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, forward, path, refuses } from "./elb-world.ts";

const url = (Regex: string, Replace: string): RuleTransform => ({
  Type: "url-rewrite",
  UrlRewriteConfig: { Rewrites: [{ Regex, Replace }] },
});
const host = (Regex: string, Replace: string): RuleTransform => ({
  Type: "host-header-rewrite",
  HostHeaderRewriteConfig: { Rewrites: [{ Regex, Replace }] },
});

/** A rule on /api/* whose target says which URL and host it was asked for. */
async function rewriting(...transforms: RuleTransform[]) {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  elb.serve("10.0.0.1", async ({ path, headers }) => ({ status: 200, headers: {}, body: `${headers.host}${path}` }));
  await elb.register(group, "10.0.0.1");
  const listener = await elb.listener(arn);
  const create = (Transforms: RuleTransform[], Priority = 1, action = forward(group)) =>
    elb.client.createRule({
      ListenerArn: listener,
      Priority,
      Conditions: [path("/api/*")],
      Actions: [action],
      Transforms,
    });
  const { Rules } = await create(transforms);
  const RuleArn = Rules![0]!.RuleArn!;
  const ask = (at: string) => elb.get(addresses[0]!, at);
  return { elb, listener, RuleArn, create, ask };
}

describe("rule transforms", () => {
  test("rewrite the URL, path and query, by the groups that the expression captures", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await rewriting(url("^/api/(\\w+)/([^?]*)(.*)$", "/$2/$1$3"));
      expect((await ask("/api/v1/users?page=2")).body).toBe("crm.example.com/users/v1?page=2");
      await elb.stop();
    }));

  test("rewrite the host header", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await rewriting(host("^(.+)\\.EXAMPLE\\.com$", "$1.internal"), url("^/api", ""));
      expect((await ask("/api/users")).body).toBe("crm.internal/users");
      await elb.stop();
    }));

  test("leave a request that they do not match as it is", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await rewriting(url("^/other", "/x"), host("^shop", "y"));
      expect((await ask("/api/users?a=1")).body).toBe("crm.example.com/api/users?a=1");
      await elb.stop();
    }));

  test("do not change the routing decision, nor the log of what the client asked", () =>
    inVirtualTime(async () => {
      const { elb, listener, ask } = await rewriting(url("^/api/", "/admin/"));
      await elb.rule(listener, 2, [path("/admin/*")], answer("403", "admins only"));
      expect((await ask("/api/users")).body).toBe("crm.example.com/admin/users");
      expect((await ask("/admin/users")).body).toBe("admins only");
      expect(elb.facts("request")[0]).toMatchObject({ path: "/api/users", host: "crm.example.com", status: 200 });
      await elb.stop();
    }));

  test("that match and fail are answered 500", () =>
    inVirtualTime(async () => {
      const { elb, ask } = await rewriting(url("^/api/", ""));
      expect(await ask("/api/users")).toMatchObject({ status: 500, headers: { server: "awselb/2.0" } });
      expect(elb.facts("request").map(({ status, target }) => [status, target])).toEqual([[500, undefined]]);
      await elb.stop();
    }));

  test("are described, replaced as a list, kept by other changes and removed by ResetTransforms", async () => {
    const both = [host("^a", "b"), url("^/a", "/b")];
    const { elb, RuleArn } = await rewriting(...both);
    const described = async () => (await elb.client.describeRules({ RuleArns: [RuleArn] })).Rules![0]!.Transforms;
    expect(await described()).toEqual(both);
    await elb.client.modifyRule({ RuleArn, Conditions: [path("/b/*")] });
    expect(await described()).toEqual(both);
    await elb.client.modifyRule({ RuleArn, Transforms: [url("^/c", "/d")] });
    expect(await described()).toEqual([url("^/c", "/d")]);
    const contradiction = { RuleArn, Transforms: both, ResetTransforms: true };
    await refuses(elb.client.modifyRule(contradiction), "ValidationError", /both Transforms and ResetTransforms/);
    await elb.client.modifyRule({ RuleArn, ResetTransforms: true });
    expect(await described()).toBeUndefined();
    await elb.stop();
  });

  test.each<[what: string, transforms: RuleTransform[], message: RegExp]>([
    ["two of the URL", [url("a", "/b"), url("c", "/d")], /only have one 'url-rewrite'/],
    ["an unknown type", [{ ...url("a", "b"), Type: "header-rewrite" as "url-rewrite" }], /enum value set/],
    ["no rewrite", [{ Type: "url-rewrite", UrlRewriteConfig: { Rewrites: [] } }], /exactly one rewrite/],
    ["another type's config", [{ ...url("a", "b"), Type: "host-header-rewrite" }], /in HostHeaderRewriteConfig/],
    ["an expression of 1025 characters", [url("a".repeat(1025), "/")], /less than or equal to 1024/],
    ["a replacement of 1025 characters", [url("a", "b".repeat(1025))], /less than or equal to 1024/],
    ["a lookbehind", [url("(?<=/)a", "b")], /lookaheads and lookbehinds/],
    ["an atomic group", [url("(?>a)b", "c")], /atomic groups/],
    ["recursion", [url("(a(?R)?)", "c")], /subroutines and recursion/],
  ])("refuse %s", async (_what, transforms, message) => {
    const { elb, create } = await rewriting();
    await refuses(create(transforms, 2), "ValidationError", message);
    await elb.stop();
  });
});
