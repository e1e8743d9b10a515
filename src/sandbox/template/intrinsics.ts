/** What references in a template stand for. Both throw where they stand for nothing that is known. */
export type References = {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
};

/** The value of a part of a template: every intrinsic function replaced by what it stands for, `AWS::NoValue` left out. */
export function evaluate(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((each) => evaluate(each, references)).filter((each) => each !== NO_VALUE);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument] = ["", undefined]] = entries;
  if (entries.length === 1 && (name === "Ref" || name === "Condition" || name.startsWith("Fn::")))
    return call(name, argument, references);
  return Object.fromEntries(
    entries.map(([key, each]) => [key, evaluate(each, references)]).filter(([, each]) => each !== NO_VALUE),
  );
}

const NO_VALUE = Symbol("AWS::NoValue");

function call(name: string, argument: unknown, references: References): unknown {
  switch (name) {
    case "Ref":
      return argument === "AWS::NoValue" ? NO_VALUE : references.ref(String(argument));
    case "Fn::GetAtt": {
      const [logicalId = "", ...attribute] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split(".");
      return references.attribute(logicalId, attribute.join("."));
    }
    case "Fn::Join": {
      const [separator, parts] = evaluate(argument, references) as [string, unknown[]];
      return parts.join(separator);
    }
    case "Fn::Sub":
      return substitute(argument, references);
    case "Fn::Select": {
      const [index, list] = evaluate(argument, references) as [number | string, unknown[]];
      return list[Number(index)];
    }
    case "Fn::Split": {
      const [separator, text] = evaluate(argument, references) as [string, string];
      return text.split(separator);
    }
    default:
      throw new Error(`the template uses ${name}, which is not known here`);
  }
}

function substitute(argument: unknown, references: References): string {
  const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (all, literal: string, name: string) => {
    if (literal) return all.replace("!", "");
    if (name in values) return String(evaluate(values[name], references));
    return String(name.includes(".") ? call("Fn::GetAtt", name, references) : references.ref(name));
  });
}
