import { z } from "zod";
import { splitArn } from "./arn-pattern.ts";
import { conditionProblem } from "./conditions.ts";

const oneOrMany = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1)]);
const VARIABLE = "policy variables are not simulated here";
const plain = z.string().refine((text) => !text.includes("${"), VARIABLE);

const action = plain.refine(
  (text) => text === "*" || /^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(text),
  "expected `service:Action` or `*`",
);
const resource = plain.refine(
  (text) => text === "*" || splitArn(text) !== undefined,
  "expected `*` or an ARN with all six parts",
);
const value = z.union([plain, z.boolean(), z.number()]);

const statementSchema = z.strictObject({
  Sid: z
    .string()
    .regex(/^[A-Za-z0-9]*$/, "expected letters and digits")
    .optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMany(action),
  Resource: oneOrMany(resource),
  Condition: z
    .record(z.string(), z.record(z.string(), z.union([value, z.array(value).min(1)])).optional())
    .superRefine((condition, context) => {
      for (const [operator, keys = {}] of Object.entries(condition))
        for (const [key, wanted] of Object.entries(keys)) {
          const message = conditionProblem(operator, key, [wanted].flat().map(String));
          if (message) context.addIssue({ code: "custom", path: [operator, key], message });
        }
    })
    .optional(),
});

/** An identity policy as IAM takes it, as far as it can be judged here: a `NotAction`, a `NotResource` or a principal is refused. */
export const policyDocumentSchema = z.strictObject({
  Version: z
    .string()
    .refine((version) => ["2012-10-17", "2008-10-17"].includes(version), "expected 2012-10-17")
    .optional(),
  Id: z.string().optional(),
  Statement: oneOrMany(statementSchema).superRefine((statements, context) => {
    const sids = [statements].flat().flatMap(({ Sid }) => Sid || []);
    for (const sid of new Set(sids.filter((each, i) => sids.indexOf(each) !== i)))
      context.addIssue({ code: "custom", message: `expected each Sid once, found ${sid} several times` });
  }),
});

/** IAM's JSON. */
export type PolicyDocument = z.input<typeof policyDocumentSchema>;
export type Statement = z.output<typeof statementSchema>;

/** Every statement, each with a name for people. Throws one error with every problem of every document. */
export function readStatements(documents: PolicyDocument[]): (Statement & { sid: string })[] {
  const parsed = z.array(policyDocumentSchema).safeParse(documents);
  if (!parsed.success)
    throw new Error(`These policies cannot be judged in the sandbox:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.flatMap(({ Statement: statements }, document) =>
    [statements].flat().map((statement, position) => ({
      ...statement,
      sid: statement.Sid || `documents[${document}].Statement[${position}]`,
    })),
  );
}
