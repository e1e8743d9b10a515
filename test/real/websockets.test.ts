import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { balancer, cleanUps, forwardTo, page, send, target } from "./balancer.ts";

describe("websockets", () => {
  /** Answers each message with its own name, the request's path and the message. */
  async function chat(name: string) {
    const node = await target((_request, response) => response.writeHead(426).end("upgrade first"));
    const sockets = new WebSocketServer({ noServer: true });
    node.server.on("upgrade", (request, socket, head) => {
      if (request.url === "/refused") {
        socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno");
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) =>
        client.on("message", (message) => client.send(`${name} ${request.url} ${String(message as Buffer)}`)),
      );
    });
    const cut = () => {
      for (const client of sockets.clients) client.terminate();
    };
    return { ...node, cut };
  }
  async function open(port: number, path = "/ws") {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    cleanUps.push(() => client.terminate());
    await once(client, "open");
    return client;
  }
  const refusal = (port: number, path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status?: number; body: string }>((resolve, reject) => {
      const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
      client.on("error", reject);
      client.on("unexpected-response", (_request, answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
      });
    });
  async function say(client: WebSocket, message: string) {
    const answered = once(client, "message");
    client.send(message);
    return String((await answered)[0]);
  }

  test("stay with their target while new ones follow the rules that came since", async () => {
    const [old, young] = [await chat("old"), await chat("young")];
    let decision = forwardTo(old);
    const { port, upgrades, finished } = await balancer(() => decision);
    const first = await open(port, "/ws?room=1");
    expect(await say(first, "hello")).toBe("old /ws?room=1 hello");
    decision = forwardTo(young);
    const second = await open(port);
    decision = page("closed");
    expect(await refusal(port, "/ws")).toEqual({ status: 503, body: "closed" });
    expect(await say(first, "still")).toBe("old /ws?room=1 still");
    expect(await say(second, "there")).toBe("young /ws there");
    expect([upgrades, finished]).toEqual([{ begun: 2, ended: 0 }, [503]]);
    first.close();
    await expect.poll(() => upgrades).toEqual({ begun: 2, ended: 1 });
    young.cut();
    await expect.poll(() => upgrades).toEqual({ begun: 2, ended: 2 });
    expect(second.readyState).not.toBe(WebSocket.OPEN);
  });

  test("carry what is larger than one packet, both ways and at once", async () => {
    const { port } = await balancer(() => forwardTo(node));
    const node = await chat("node");
    const client = await open(port);
    const large = "x".repeat(1_000_000);
    expect(await say(client, large)).toBe(`node /ws ${large}`);
  });

  test("that the target refuses are answered as it answers, and 502 where it is not there", async () => {
    const node = await chat("node");
    const { port, finished, upgrades } = await balancer(({ path }) =>
      path === "/nobody" ? forwardTo({ host: "127.0.0.1", port: 1 }) : forwardTo(node),
    );
    expect(await refusal(port, "/refused")).toEqual({ status: 403, body: "no" });
    expect((await refusal(port, "/nobody")).status).toBe(502);
    await expect.poll(() => finished).toEqual([403, 502]);
    expect(upgrades.begun).toBe(0);
  });

  test("are cut when both sides are silent for the idle time-out, and when the listener closes", async () => {
    const node = await chat("node");
    let idleTimeoutMs = 100;
    const { port, close, upgrades } = await balancer(() => forwardTo(node, idleTimeoutMs));
    await once(await open(port), "close");
    expect(upgrades).toEqual({ begun: 1, ended: 1 });
    idleTimeoutMs = 60_000;
    const closed = once(await open(port), "close");
    await close();
    await closed;
    expect(upgrades).toEqual({ begun: 2, ended: 2 });
  });

  test("are all that a connection can become: another upgrade is a request as any other", async () => {
    const node = await target(async (request, response) =>
      response.end(`${request.headers.upgrade} ${await text(request)}`),
    );
    const { port } = await balancer(() => forwardTo(node));
    const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
    expect((await send("127.0.0.1", port, { method: "POST", headers, body: "hello" })).body).toBe("undefined hello");
  });
});
