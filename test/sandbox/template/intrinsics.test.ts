import { expect, test } from "vitest";
import { evaluate } from "../../../src/sandbox/template/intrinsics.ts";

const references = {
  ref: (id: string) => `<${id}>`,
  attribute: (id: string, name: string) => `<${id}.${name}>`,
};

test.each<[unknown, unknown]>([
  [{ Ref: "Table" }, "<Table>"],
  [{ "Fn::GetAtt": ["Role", "Arn"] }, "<Role.Arn>"],
  [{ "Fn::GetAtt": "Role.Nested.Arn" }, "<Role.Nested.Arn>"],
  [{ "Fn::Join": ["", ["a:", { Ref: "AWS::Region" }, ":b"]] }, "a:<AWS::Region>:b"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
  [{ "Fn::Sub": "x-${Name}-${Role.Arn}-${!Literal}" }, "x-<Name>-<Role.Arn>-${Literal}"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own form
  [{ "Fn::Sub": ["${a}${b}", { a: 1, b: { Ref: "B" } }] }, "1<B>"],
  [{ "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] }, "b"],
  [
    { Keep: 1, Drop: { Ref: "AWS::NoValue" }, List: [1, { Ref: "AWS::NoValue" }] },
    { Keep: 1, List: [1] },
  ],
])("%j is %j", (value, expected) => {
  expect(evaluate(value, references)).toEqual(expected);
});

test("refuses a function that it does not know, rather than pass it on", () => {
  expect(() => evaluate({ "Fn::ImportValue": "x" }, references)).toThrow("the template uses Fn::ImportValue");
});
