import { z } from "zod";

/** Members of a target that say how long its window is, and what is risked for that. */
export const windowSchema = {
  drain: z
    .strictObject({
      seconds: z.number().int().min(0).max(3600).default(5).describe("How long requests in flight may take to end"),
    })
    .prefault({})
    .describe("The target groups' deregistration delay inside the window, once the page is up"),
  healthChecks: z
    .enum(["quick", "as-they-are"])
    .default("quick")
    .describe(
      "How often the load balancer asks nodes for their health inside the window, where the target group is the target's alone: `quick`, as often as it can without being stricter (an answer may take as long, and a node may fail for as long, as before), so that new nodes are found healthy sooner; put back at the end",
    ),
  followers: z
    .strictObject({
      skipSameVersionUpgrade: z
        .union([z.boolean(), z.record(z.string().min(1), z.string())])
        .default(false)
        .describe(
          "Tell every node but the leader not to go through an upgrade that the leader has made: `true` where the preset knows the variable for it, or the variables themselves. They stay in the revision that the services run, so that a later start on the same version skips it too, also where only plugins have changed; the leader of the next operation never does. Needs `leader: task`",
        ),
    })
    .prefault({}),
  openAt: z
    .union([
      z.literal("all"),
      z.int().min(1),
      z.string().regex(/^([1-9]\d?|100)%$/, "expected `all`, a number of nodes, or a percentage from 1% to 100%"),
    ])
    .default("all")
    .describe(
      "How many nodes of each service behind the load balancer must serve before the site opens: `all`, so many, or a percentage of them such as `50%`. The others, and services without a load balancer, are waited for with the site open; where they do not come, that is left over and somebody is woken",
    ),
};
