import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getOctokit } from "@actions/github";
import type { Octokits } from "../../src/action/octokit.ts";

export type GithubCall = { method: string; path: string; authorization: string; body: Record<string, unknown> };
type Answer = { status: number; body: unknown };
type Comment = { id: string; body: string; viewerDidAuthor: boolean };

/** What GitHub says to a token that lacks a permission. */
export const notAccessible: Answer = { status: 403, body: { message: "Resource not accessible by integration" } };

/** GitHub's API for one repository, `octo/crm`, as far as the action asks it. Comments come in pages of two. */
export class FakeGithub {
  readonly calls: GithubCall[] = [];
  readonly comments: Comment[] = [];
  pulls: { number: number; state: string; head: { sha: string } }[] = [];
  /** Answers in the place of GitHub; a promise lets it wait. */
  intercept: (call: GithubCall, count: number) => Answer | undefined | Promise<Answer | undefined> = () => undefined;
  #waiting: (() => void)[] = [];

  /** The calls of a path, by what was sent. */
  sent(path: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.path === path).map(({ body }) => body);
  }

  /** Resolves once so many calls have come. */
  async called(times: number): Promise<void> {
    while (this.calls.length < times) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async answer(call: GithubCall): Promise<Answer> {
    this.calls.push(call);
    for (const resolve of this.#waiting.splice(0)) resolve();
    return (await this.intercept(call, this.calls.length)) ?? this.#usual(call);
  }

  #usual({ method, path, body }: GithubCall): Answer {
    if (`${method} ${path}` === "POST /repos/octo/crm/deployments") return { status: 201, body: { id: 4711 } };
    if (/^\/repos\/octo\/crm\/deployments\/\d+\/statuses$/.test(path)) return { status: 201, body: { id: 1 } };
    if (/^\/repos\/octo\/crm\/commits\/\w+\/pulls/.test(path)) return { status: 200, body: this.pulls };
    if (/^\/repos\/octo\/crm\/issues\/\d+\/comments$/.test(path)) {
      this.comments.push({ id: `IC_${this.comments.length}`, body: String(body.body), viewerDidAuthor: true });
      return { status: 201, body: { id: 1 } };
    }
    if (path === "/graphql")
      return { status: 200, body: { data: this.#graphql(String(body.query), body.variables as Variables) } };
    return { status: 404, body: { message: "Not Found" } };
  }

  #graphql(query: string, { id, body, after }: Variables): unknown {
    if (query.startsWith("mutation")) {
      const comment = this.comments.find((each) => each.id === id);
      if (comment) comment.body = body ?? "";
      return { updateIssueComment: { clientMutationId: null } };
    }
    const from = Number(after ?? 0);
    const pageInfo = { hasNextPage: from + 2 < this.comments.length, endCursor: String(from + 2) };
    return { repository: { pullRequest: { comments: { nodes: this.comments.slice(from, from + 2), pageInfo } } } };
  }

  /** The toolkit's client, without a network. */
  readonly octokits: Octokits = async (token) => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { status, body } = await this.answer({
        method: init?.method ?? "GET",
        path: new URL(input instanceof Request ? input.url : input).pathname,
        authorization: new Headers(init?.headers).get("authorization") ?? "",
        body: typeof init?.body === "string" ? JSON.parse(init.body) : {},
      });
      init?.signal?.throwIfAborted();
      return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
    };
    return getOctokit(token, { baseUrl: "https://api.github.test", request: { fetch } });
  };

  async #receive(request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    return this.answer({
      method: request.method ?? "GET",
      path: new URL(request.url ?? "/", "http://x").pathname,
      authorization: request.headers.authorization ?? "",
      body: text ? JSON.parse(text) : {},
    });
  }

  /** Serves it on loopback. */
  async serve(): Promise<{ url: string; server: Server }> {
    const server = createServer((request, response) => {
      this.#receive(request).then(
        ({ status, body }) =>
          response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  }
}
type Variables = { id?: string; body?: string; after?: string | null };
