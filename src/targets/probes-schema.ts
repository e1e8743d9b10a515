import { z } from "zod";
import { parseJsonPath } from "./json-path.ts";

const jsonPath = z.string().refine((text) => parseJsonPath(text) !== undefined, {
  error: 'expected a JSON path such as error.code, items[0].name or ["a name"].version, without wildcards',
});

const regularExpression = z.string().check((context) => {
  try {
    new RegExp(context.value);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, "");
    context.issues.push({
      code: "custom",
      input: context.value,
      message: `expected a regular expression (${why})`,
    });
  }
});

const path = z.string().startsWith("/");
const headerName = z.string().regex(/^[A-Za-z0-9-]+$/, "expected the name of a header");
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const valueTests = {
  equals: scalar.optional().describe("The value itself"),
  in: z.array(scalar).min(1).optional().describe("The value is one of these"),
  pattern: regularExpression.optional().describe("A regular expression that the value, as text, has a match of"),
};

const jsonConditionSchema = z
  .strictObject({ path: jsonPath.describe("A JSON path into the body"), ...valueTests })
  .meta({ id: "json-condition", description: "A member of a JSON body. With a path alone it must be there" });

const conditions = {
  status: z.array(z.number().int().min(100).max(599)).min(1).optional().describe("The statuses that match"),
  body: z.string().optional().describe("The whole body, white space around it trimmed"),
  pattern: regularExpression.optional().describe("A regular expression that the body has a match of"),
  json: z
    .union([jsonConditionSchema, z.array(jsonConditionSchema).min(1)])
    .optional()
    .describe("A member of the JSON body, or several that must all be so"),
  header: z
    .strictObject({ name: headerName.describe("The header"), ...valueTests })
    .optional()
    .describe("A header of the answer. With a name alone it must be there"),
};
const saysSomething = (match: object) => Object.values(match).some((value) => value !== undefined);
const EVERY_ANSWER = { error: "expected status, body, pattern, json or header, or every answer would match" };

const conditionSchema = z.strictObject(conditions).refine(saysSomething, EVERY_ANSWER);
const matchSchema = z
  .strictObject({
    ...conditions,
    any: z.array(conditionSchema).min(1).optional().describe("Sets of the conditions above, of which one must hold"),
  })
  .refine(saysSomething, EVERY_ANSWER)
  .meta({ id: "match", description: "What an answer must be. All that is given must hold" });

const versionSchema = z
  .strictObject({
    path: path.describe("What to ask"),
    json: jsonPath.optional().describe("The member of the JSON body that holds the version"),
    header: headerName.optional().describe("The header that holds it"),
    pattern: regularExpression
      .optional()
      .describe(
        "A regular expression on that value, or on the body: the version is its first group, or what it matches",
      ),
    match: z
      .enum(["exact", "semver", "prefix"])
      .default("exact")
      .describe(
        "How it is compared with the expected one: `semver` takes v2.1 for 2.1.0, `prefix` takes 10.7.0.96327 for 10.7.0",
      ),
    tag: regularExpression
      .optional()
      .describe(
        "A regular expression on the image's tag, whose first group is the version to expect of it. Unless given: all of a tag such as 2.0.1 or v2.1.0-beta.3",
      ),
  })
  .refine(({ json, header, pattern }) => [json, header, pattern].some((each) => each !== undefined), {
    error: "expected json, header or pattern: where the version is in the answer",
  })
  .refine(({ json, header }) => json === undefined || header === undefined, {
    error: "expected the version in one place, either json or header",
  });

const inventorySchema = z.strictObject({
  path: path.describe("What to ask, without signing in"),
  items: jsonPath.describe("The list in the JSON body; `$` where the body is the list"),
  name: jsonPath.optional().describe("Where each entry has its name; unless given, the entries are names"),
});

const triggerSchema = z.strictObject({
  when: matchSchema.describe("The answer of the ready probe that asks for it"),
  method: z.enum(["POST", "PUT"]).default("POST").describe("How it is sent"),
  path: path.describe("Where to"),
  body: z.string().optional().describe("What is sent"),
  headers: z.record(headerName, z.string()).default({}).describe("Sent with it, such as content-type"),
  repeatable: z
    .boolean()
    .default(false)
    .describe(
      "The application only answers its state where it has begun already. Otherwise a request of which nobody knows whether it arrived is not sent again, and the operation is held",
    ),
});

/** What a target may say of its probes. For a preset each member that is given replaces the preset's. */
export const probesSchema = z.strictObject({
  ready: z
    .strictObject({
      path: path.describe("What to ask, by GET and through the load balancer as users do"),
      match: matchSchema.describe("What the answer must be"),
    })
    .optional()
    .describe("Whether a node serves. Required for `generic`"),
  fatal: z
    .array(matchSchema)
    .optional()
    .describe("Answers of the ready probe after which waiting is pointless: the operation fails at once"),
  progress: z
    .strictObject({
      match: z
        .array(matchSchema)
        .min(1)
        .optional()
        .describe("Answers that are known to pass. Others are waited on too, and shown as unexpected"),
      json: z
        .union([jsonPath, z.array(jsonPath).min(1)])
        .optional()
        .describe(
          "What is shown of a JSON answer: the first of these members that has a text; all of them once waiting is pointless",
        ),
    })
    .optional()
    .describe("What the ready probe answers while the application starts"),
  version: versionSchema.optional().describe("Where the application reports its version"),
  inventory: inventorySchema
    .optional()
    .describe("Where the application lists its parts, such as plugins: what is listed before must be listed after"),
  trigger: triggerSchema
    .optional()
    .describe("A request that the application waits for before it migrates. It is sent once, to the leader alone"),
  headers: z
    .record(headerName, z.string())
    .refine((headers) => !Object.keys(headers).some((name) => name.toLowerCase() === "host"), {
      error: "expected no host header: it is that of `url`",
    })
    .optional()
    .describe("Sent with every probe. Not for secrets: the file is kept with each operation"),
  consecutive: z.number().int().min(1).max(20).optional().describe("How many answers in a row count; 3 unless given"),
  attemptTimeoutSeconds: z
    .number()
    .int()
    .min(1)
    .max(60)
    .optional()
    .describe("How long one answer may take; 5 unless given. How long all may take: `timeouts`"),
});

export type Match = z.output<typeof matchSchema>;
export type Condition = z.output<typeof conditionSchema>;
export type VersionProbe = z.output<typeof versionSchema>;
export type Inventory = z.output<typeof inventorySchema>;
export type Trigger = z.output<typeof triggerSchema>;
type Given = z.output<typeof probesSchema>;

/** The probes of a target, complete. */
export type Probes = Omit<Given, "ready" | "fatal" | "headers" | "consecutive" | "attemptTimeoutSeconds"> & {
  ready: NonNullable<Given["ready"]>;
  fatal: Match[];
  headers: Record<string, string>;
  consecutive: number;
  attemptTimeoutSeconds: number;
};
export type GivenProbes = Given;

/** What holds where neither the target nor its preset says otherwise. */
export const usualProbes = {
  fatal: [],
  headers: {},
  consecutive: 3,
  attemptTimeoutSeconds: 5,
} satisfies Partial<Probes>;
