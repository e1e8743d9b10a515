import { createRoute, z } from "@hono/zod-openapi";
import { namesOneImage } from "../../operations/image-reference.ts";
import type { Target } from "../../targets/schema.ts";
import { authorise } from "../auth/authorise.ts";
import { demand, mayRead, unknownTarget } from "../auth/demand.ts";
import type { Dependencies } from "../dependencies.ts";
import { examineEach } from "../doctor.ts";
import { endpoint } from "../endpoint.ts";
import { anyPrincipal, everyRoute, jsonOrText, problems, wantsText } from "../openapi.ts";
import { diagnosisSchema } from "../schemas.ts";
import { diagnosisAsText } from "../text/doctor.ts";

const route = createRoute({
  method: "get",
  path: "/v1/doctor",
  operationId: "doctor",
  tags: ["Targets"],
  summary: "The preflight of every target that the caller may see: what would keep each from being upgraded now",
  description:
    "Changes nothing. Without an image each target is judged with the one it runs. What goes wrong with one target never hides another.",
  security: anyPrincipal,
  request: {
    query: z.strictObject({
      image: z
        .string()
        .refine(namesOneImage, "expected an image reference with a tag or a digest")
        .optional()
        .openapi({ description: "Judge an upgrade to this image; of targets whose upgrade the caller may plan" }),
      target: z
        .union([z.string(), z.array(z.string())])
        .transform((names) => [...new Set([names].flat())])
        .optional()
        .openapi({ type: "array", items: { type: "string" }, description: "Only these targets; may be repeated" }),
    }),
  },
  responses: {
    200: {
      description: "The diagnosis; `ok` says whether every target could be upgraded now",
      content: jsonOrText(diagnosisSchema),
    },
    ...problems(...everyRoute, "unknown-target"),
  },
});

export const doctor = (deps: Dependencies) =>
  endpoint(route, async (c) => {
    const { image, target: names } = c.req.valid("query");
    const caller = c.get("caller");
    const all = [...deps.configuration.targets.values()];
    // Whoever may only read must not make the API ask a registry of their choice.
    const may = (target: Target) =>
      mayRead(caller, target) &&
      (image === undefined || authorise(caller, target, { do: "plan", procedure: "upgrade" }).verdict === "allowed");
    const chosen = names?.map((name) => {
      const target = deps.configuration.targets.get(name);
      if (!target) throw unknownTarget(name);
      demand(caller, target, image === undefined ? { do: "read" } : { do: "plan", procedure: "upgrade" });
      return target;
    });
    const diagnosis = await examineEach(chosen ?? all.filter(may), { image, ...deps });
    const json = c.json(diagnosis, 200);
    return wantsText(c) ? (c.text(diagnosisAsText(diagnosis)) as unknown as typeof json) : json;
  });
