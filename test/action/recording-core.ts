import type { ActionsCore } from "../../src/action/deps.ts";

export type Recorded = {
  /** What the log shows, with workflow commands as `::name title::message`. */
  lines: string[];
  outputs: Record<string, string>;
  saved: Record<string, string>;
  summary: string;
  tokensAsked: string[];
};

/** The toolkit as the action sees it, remembering everything. Tokens are numbered: `token-1`, `token-2`, … */
export function recordingCore(overrides: Partial<ActionsCore> = {}): { core: ActionsCore; recorded: Recorded } {
  const recorded: Recorded = { lines: [], outputs: {}, saved: {}, summary: "", tokensAsked: [] };
  const annotate =
    (kind: string): ActionsCore["error"] =>
    (message, properties) =>
      void recorded.lines.push(`::${kind} ${properties?.title ?? ""}::${String(message).replaceAll("\n", "\n    ")}`);
  let buffer = "";
  const summary = {
    addRaw(text: string) {
      buffer += text;
      return summary;
    },
    async write() {
      recorded.summary += buffer;
      buffer = "";
      return summary;
    },
  };
  const core: ActionsCore = {
    info: (line) => void recorded.lines.push(line),
    debug: () => {},
    startGroup: (name) => void recorded.lines.push(`::group::${name}`),
    endGroup: () => void recorded.lines.push("::endgroup::"),
    notice: annotate("notice"),
    warning: annotate("warning"),
    error: annotate("error"),
    setOutput: (name, value) => {
      recorded.outputs[name] = String(value);
    },
    saveState: (name, value) => {
      recorded.saved[name] = String(value);
    },
    setSecret: (secret) => void recorded.lines.push(`::add-mask::${secret}`),
    getIDToken: async (audience) => {
      recorded.tokensAsked.push(audience ?? "");
      return `token-${recorded.tokensAsked.length}`;
    },
    summary: summary as unknown as ActionsCore["summary"],
    ...overrides,
  };
  return { core, recorded };
}
