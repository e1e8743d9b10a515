/** What a line of a step's output means to GitHub's runner. */
export type LogLine =
  | { kind: "text"; text: string }
  | { kind: "group"; title: string }
  | { kind: "end-group" }
  | { kind: "annotation"; level: "notice" | "warning" | "error"; title: string; message: string }
  | { kind: "mask"; value: string }
  /** A command that shows nothing, such as `debug`. */
  | { kind: "hidden" };

const COMMAND = /^::([a-z-]+)(?: ([^:]*(?:%3A[^:]*)*))?::(.*)$/;

export function readLogLine(line: string): LogLine {
  const found = COMMAND.exec(line);
  if (!found) return { kind: "text", text: line };
  const [, name = "", properties = "", value = ""] = found;
  switch (name) {
    case "group":
      return { kind: "group", title: unescaped(value) };
    case "endgroup":
      return { kind: "end-group" };
    case "notice":
    case "warning":
    case "error":
      return { kind: "annotation", level: name, title: propertyOf(properties, "title"), message: unescaped(value) };
    case "add-mask":
      return { kind: "mask", value: unescaped(value) };
    default:
      return { kind: "hidden" };
  }
}

const propertyOf = (properties: string, name: string): string =>
  unescaped(
    properties
      .split(",")
      .find((property) => property.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? "",
  );

const ESCAPES: Record<string, string> = { "%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": "," };
const unescaped = (text: string) => text.replace(/%(25|0D|0A|3A|2C)/g, (sequence) => ESCAPES[sequence] ?? sequence);
