import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { inputsSchema, plannedInputs, procedureInputs } from "../../src/action/inputs-schema.ts";
import { outputNames } from "../../src/action/outputs.ts";
import { questionSchema } from "../../src/operations/event.ts";
import {
  approvalSchema,
  decisionSchema,
  firstStartRequestSchema,
  onFailureSchema,
  restoreModeSchema,
} from "../../src/operations/operation.ts";

const text = readFileSync("action.yml", "utf8");
const description = z.string().min(20);
const actionSchema = z.strictObject({
  name: z.string(),
  description: z.string().max(125, "the Marketplace takes 125 characters"),
  author: z.string(),
  branding: z.strictObject({
    icon: z.string(),
    color: z.enum(["white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"]),
  }),
  inputs: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    z.strictObject({ description, required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string().regex(/^[a-z][a-z-]*$/), z.strictObject({ description })),
  runs: z.strictObject({
    using: z.literal("node24"),
    main: z.literal("dist/index.js"),
    post: z.literal("dist/cleanup.js"),
    "post-if": z.literal("always()"),
  }),
});
const action = actionSchema.parse(parse(text));

test("action.yml has the inputs that are read, in the same order", () => {
  expect(Object.keys(action.inputs)).toEqual(Object.keys(inputsSchema.shape));
});

test("action.yml requires what cannot be left out, and shows the defaults that are taken", () => {
  for (const [name, schema] of Object.entries(inputsSchema.shape)) {
    const input = action.inputs[name]!;
    const absent = schema.safeParse(undefined);
    expect({ name, required: input.required }).toEqual({ name, required: !absent.success });
    // What the runner fills in is nothing that the schema could take by itself.
    const isFilledIn = input.default?.startsWith("${{") ?? true;
    const shown = isFilledIn ? undefined : schema.parse(input.default);
    expect({ name, taken: absent.data }).toEqual({ name, taken: shown });
  }
});

test("action.yml has the outputs that are set", () => {
  expect(Object.keys(action.outputs).sort()).toEqual([...outputNames].sort());
});

test("every allowed value is named in its description", () => {
  const allowed: [string, readonly string[]][] = [
    ["procedure", procedureInputs],
    ["plan-of", plannedInputs],
    ["snapshot", ["required", "none"]],
    ["on-failure", onFailureSchema.options],
    ["approval", approvalSchema.options],
    ["even-if", firstStartRequestSchema.shape.evenIf.unwrap().element.options],
    ["traffic", ["closed", "open"]],
    ["otherwise", ["hold", "rollback"]],
    ["restore-mode", restoreModeSchema.options],
    ["decision", decisionSchema.options],
    ["wait", ["true", "decision", "false"]],
    ["on-cancel", ["detach", "rollback"]],
  ];
  for (const [name, values] of allowed)
    for (const value of values)
      expect({ name, text: action.inputs[name]!.description }).toHaveProperty(
        "text",
        expect.stringContaining(`\`${value}\``),
      );
});

test("every question that an operation may ask is named where the output says which", () => {
  for (const question of questionSchema.options)
    expect(action.outputs["waiting-for"]!.description).toContain(`\`${question}\``);
});

test("the files that action.yml names are there", () => {
  expect([existsSync(action.runs.main), existsSync(action.runs.post)]).toEqual([true, true]);
});
