import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { decode, encode } from "dns-packet";
import { describe, expect, test } from "vitest";
import { matcherOf } from "../../src/sandbox/cloud/elbv2/condition-matching.ts";
import { CannotListen, TlsNotAvailable, type Verdict } from "../../src/sandbox/substrate/network.ts";
import { freePort } from "../../src/sandbox/substrate/real/network.ts";
import { balancer, cleanUps, forwardTo, page, realNetwork, send, target } from "./balancer.ts";

/** Node's own resolver writes names in lower case; others leave or even mix the case. */
async function askRaw(resolver: string, name: string) {
  const socket = createSocket("udp4");
  cleanUps.push(() => socket.close());
  const question = encode({ type: "query", id: 7, questions: [{ type: "A", name }] });
  const answered = once(socket, "message");
  socket.send(question, Number(resolver.split(":")[1]), "127.0.0.1");
  const [message] = (await answered) as [Buffer];
  return decode(message).answers;
}

describe("the proxy", () => {
  test("carries a request to its target and the answer back, from every address, with what the target may know", async () => {
    const echo = await target(async (request, response) => {
      response.writeHead(201, {
        "content-type": "application/json",
        "set-cookie": ["a=1", "b=2"],
        "keep-alive": "timeout=9",
      });
      response.end(JSON.stringify({ url: request.url, headers: request.headers, body: await text(request) }));
    });
    const { addresses, port, finished, seen } = await balancer(() => forwardTo(echo));
    for (const address of addresses) {
      const headers = { host: "crm.example.com", "x-twice": ["1", "2"], "x-forwarded-for": "203.0.113.9" };
      const response = await send(address, port, { method: "POST", path: "/notes?x=1", headers, body: "hello" });
      expect(response).toMatchObject({ status: 201, headers: { "set-cookie": ["a=1", "b=2"] } });
      expect(response.headers["keep-alive"]).not.toBe("timeout=9");
      expect(JSON.parse(response.body)).toMatchObject({
        url: "/notes?x=1",
        body: "hello",
        headers: {
          host: "crm.example.com",
          "x-twice": "1, 2",
          "x-forwarded-for": "203.0.113.9, 127.0.0.1",
          "x-forwarded-proto": "http",
          "x-forwarded-port": String(port),
        },
      });
    }
    expect(seen.map(({ address }) => address)).toEqual(addresses);
    expect(seen[0]).toMatchObject({ method: "POST", path: "/notes", query: "x=1", host: "crm.example.com" });
    expect(seen[0]!.headers["x-twice"]).toEqual(["1", "2"]);
    await expect.poll(() => finished).toEqual([201, 201]);
  });

  test("streams: the client has the first part before the target ends", async () => {
    let finish = () => {};
    const slow = await target((_request, response) => {
      response.write("first ");
      finish = () => response.end("last");
    });
    const { port } = await balancer(() => forwardTo(slow));
    const received = await new Promise<string>((resolve, reject) => {
      let all = "";
      httpRequest({ host: "127.0.0.1", port }, (response) => {
        response.on("data", (chunk: Buffer) => {
          all += String(chunk);
          finish();
        });
        response.on("end", () => resolve(all));
      })
        .on("error", reject)
        .end();
    });
    expect(received).toBe("first last");
  });

  test("decides each request of a kept connection anew", async () => {
    const node = await target((_request, response) => response.end("node"));
    let closed = false;
    const { port, seen } = await balancer(() => (closed ? page("closed") : forwardTo(node)));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanUps.push(() => agent.destroy());
    expect((await send("127.0.0.1", port, { agent })).body).toBe("node");
    closed = true;
    expect(await send("127.0.0.1", port, { agent })).toMatchObject({ status: 503, body: "closed" });
    expect(seen).toHaveLength(2);
  });

  test("frames the body of a GET, so that no second request hides in it", async () => {
    const urls: string[] = [];
    const node = await target(async (request, response) => {
      urls.push(request.url!);
      response.end(await text(request));
    });
    const { port } = await balancer(() => forwardTo(node));
    const smuggled = "GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n";
    const headers = { "transfer-encoding": "chunked" };
    expect((await send("127.0.0.1", port, { headers, body: smuggled })).body).toBe(smuggled);
    expect(urls).toEqual(["/"]);
  });

  test("answers 502 where the target refuses or breaks the connection, 504 where it stays silent, 503 without one", async () => {
    const node = await target((request, response) => {
      if (request.url === "/break") response.destroy();
    });
    const { port, finished } = await balancer(({ path }) => {
      if (path === "/none") return { action: "own-page", status: 503 };
      return path === "/refused" ? forwardTo({ host: "127.0.0.1", port: 1 }) : forwardTo(node, 100);
    });
    const statuses = [];
    for (const path of ["/refused", "/break", "/silent", "/none"]) {
      const { status, headers } = await send("127.0.0.1", port, { path });
      statuses.push(status);
      expect(headers.server).toBe("awselb/2.0");
    }
    expect(statuses).toEqual([502, 502, 504, 503]);
    await expect.poll(() => finished).toEqual(statuses);
  });

  test("a client that leaves before the answer counts once, as 460, and its target's connection is cut", async () => {
    let cut = false;
    const node = await target((request) => request.on("close", () => (cut = true)));
    const { port, finished } = await balancer(() => forwardTo(node));
    const client = connect(port, "127.0.0.1", () => client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
    setTimeout(() => client.destroy(), 50);
    await expect.poll(() => finished).toEqual([460]);
    await expect.poll(() => cut).toBe(true);
  });
});

describe("what rules see", () => {
  test("of a client behind a proxy is the proxy's address, whatever X-Forwarded-For says", async () => {
    const matches = matcherOf([{ Field: "source-ip", SourceIpConfig: { Values: ["127.0.0.3/32"] } }]);
    const { port } = await balancer((request) => page(matches(request) ? "office" : "elsewhere"));
    const headers = { "x-forwarded-for": "127.0.0.3" };
    expect((await send("127.0.0.1", port, { localAddress: "127.0.0.3" })).body).toBe("office");
    expect((await send("127.0.0.1", port, { localAddress: "127.0.0.2", headers })).body).toBe("elsewhere");
  });
});

describe("what load balancers change", () => {
  test("is the URL and the host that the target gets, and cookies beside the target's own", async () => {
    const node = await target((request, response) => {
      response.setHeader("set-cookie", "own=1");
      response.end(`${request.headers.host}${request.url}`);
    });
    const rewritten = { host: "crm.internal", url: "/v2/notes?x=1" };
    const { port } = await balancer(() =>
      forwardTo(node, 60_000, { rewritten, cookies: ["AWSALB=a", "AWSALBCORS=a"] }),
    );
    const { body, headers } = await send("127.0.0.1", port, { path: "/notes", headers: { host: "crm.example.com" } });
    expect(body).toBe("crm.internal/v2/notes?x=1");
    expect(headers["set-cookie"]).toEqual(["own=1", "AWSALB=a", "AWSALBCORS=a"]);
  });
});

describe("the network", () => {
  test("speaks no TLS and says so", async () => {
    const network = await realNetwork();
    const listening = network.listen(["127.0.0.1"], 0, () => page("") as Verdict, { protocol: "https" });
    await expect(listening).rejects.toThrow(TlsNotAvailable);
  });

  test("closing a listener cuts its connections, idle and busy ones", async () => {
    const silent = await target(() => {});
    const { port, close } = await balancer(() => forwardTo(silent));
    const waiting = send("127.0.0.1", port).catch((error: NodeJS.ErrnoException) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await close();
    expect(await waiting).toBe("ECONNRESET");
    await expect(send("127.0.0.1", port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a port that is in use is named and leaves nothing open", async () => {
    const network = await realNetwork();
    const port = await freePort();
    const held = createServer();
    await new Promise<void>((resolve) => held.listen(port, "127.0.0.2", resolve));
    cleanUps.push(() => held.close());
    const listening = network.listen(["127.0.0.1", "127.0.0.2"], port, () => page("") as Verdict);
    await expect(listening).rejects.toThrow(CannotListen);
    await expect(listening).rejects.toThrow(`127.0.0.2:${port} cannot be listened on: the port is in use`);
    await expect(send("127.0.0.1", port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("health checks tell an answer, a silence and a refusal apart", async () => {
    const network = await realNetwork();
    let asked: IncomingMessage | undefined;
    const node = await target((request, response) => {
      asked = request;
      if (request.url === "/health") response.writeHead(204).end();
    });
    expect(await network.check(node, { path: "/health", timeoutMs: 1_000 })).toEqual({
      outcome: "answered",
      status: 204,
    });
    expect(asked!.headers["user-agent"]).toBe("ELB-HealthChecker/2.0");
    expect(await network.check(node, { path: "/silent", timeoutMs: 50 })).toEqual({ outcome: "timed-out" });
    const nobody = { host: "127.0.0.1", port: 1 };
    expect(await network.check(nobody, { path: "/", timeoutMs: 1_000 })).toMatchObject({ outcome: "unreachable" });
  });

  test("resolves the names of load balancers in any case and no other name", async () => {
    const network = await realNetwork();
    const resolver = new Resolver();
    resolver.setServers([network.resolver!]);
    network.name("crm-1234567890.eu-west-1.elb.amazonaws.com", ["127.0.0.1", "127.0.0.2"]);
    const answers = await resolver.resolve4("crm-1234567890.eu-west-1.elb.amazonaws.com");
    expect(answers.toSorted()).toEqual(["127.0.0.1", "127.0.0.2"]);
    await expect(resolver.resolve6("crm-1234567890.eu-west-1.elb.amazonaws.com")).rejects.toMatchObject({
      code: "ENODATA",
    });
    await expect(resolver.resolve4("example.com")).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(await askRaw(network.resolver!, "CRM-1234567890.EU-WEST-1.elb.amazonaws.com")).toHaveLength(2);
    network.name("crm-1234567890.eu-west-1.elb.amazonaws.com", []);
    await expect(resolver.resolve4("crm-1234567890.eu-west-1.elb.amazonaws.com")).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
  });
});
