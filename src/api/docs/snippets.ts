import { html } from "hono/html";
import type { Components, Documented } from "./types.ts";

export const snippet = (code: string) => html`<pre tabindex="0"><code>${code}</code></pre>`;

/** As in docs/curl.md: what each call of the page is made with. */
export const waysIn = [
  {
    title: "With AWS credentials",
    code: `intermission() {
  curl --silent --show-error --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:execute-api" \\
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
    \${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"} "$@"
}`,
  },
  {
    title: "As a job of GitHub's",
    code: `fresh() {
  token=$(curl --silent --show-error --fail --header "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=intermission" | sed 's/.*"value":"\\([^"]*\\)".*/\\1/')
}
job() {
  fresh && curl --silent --show-error --fail-with-body --header "authorization: Bearer $token" "$@"
}`,
  },
];

/** The call as it is made by each of the two ways in, or by anybody. */
export function callSnippets({ path, operation }: Documented, components: Components) {
  const at = path.replaceAll("{target}", "$TARGET").replaceAll("{id}", "$ID");
  const given = [
    ...(operation.parameters ?? [])
      .filter((each) => each.in === "header")
      .map(({ name }) => ` \\\n  --header "${name}: $KEY"`),
    ...bodyOf(operation, components).map((body) => ` \\\n  --json '${body}'`),
  ].join("");
  const query = operation.parameters?.some(({ name }) => name === "key") ? "?key=…" : "";
  if (operation.security?.length === 0) return snippet(`curl "$INTERMISSION_GITHUB_URL${at}${query}"${given}`);
  return snippet(`intermission "$INTERMISSION_OPERATOR_URL${at}"${given}\njob "$INTERMISSION_GITHUB_URL${at}"${given}`);
}

/** The first example of the body, where there is one. */
function bodyOf({ requestBody }: Documented["operation"], components: Components): string[] {
  const [name] = Object.keys(requestBody?.content?.["application/json"]?.examples ?? {});
  return name === undefined ? [] : [JSON.stringify(components[name]?.value)];
}
