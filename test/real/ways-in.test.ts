import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { httpRequest, resolveName } from "../../src/targets/http.ts";

/** Signed by itself, for origin.example.com; good for nothing but these tests. */
const certificate = (name: string) => new URL(`certificates/origin.example.com${name}.pem`, import.meta.url);

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<{ address: string; port: number }> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

const ask = async (url: string, connectTo: { address: string; port: number }) => {
  const asked = await httpRequest({ url, connectTo, timeoutMs: 300 }).catch((error: unknown) => error);
  return asked;
};

const tlsServer = () =>
  createTlsServer(
    { key: readFileSync(certificate(".key")), cert: readFileSync(certificate("")) },
    (request, response) => response.end(`${request.headers.host}`),
  );

describe("how far a request came that got no answer", () => {
  test("to nobody who listens", async () => {
    const connectTo = await listen(createServer());
    servers.pop()!.close();
    expect(await ask("http://crm.example.com/", connectTo)).toMatchObject({ kind: "refused" });
  });

  test("to somebody who says nothing, before or after TLS", async () => {
    const connectTo = await listen(createServer(() => {}));
    expect(await ask("http://crm.example.com/", connectTo)).toMatchObject({ kind: "no-answer" });
    expect(await ask("https://crm.example.com/", connectTo)).toMatchObject({ kind: "no-answer" });
  });

  test("to somebody who hangs up", async () => {
    const connectTo = await listen(createServer((socket) => socket.destroy()));
    expect(await ask("http://crm.example.com/", connectTo)).toMatchObject({ kind: "cut-off" });
  });

  test("to a server that speaks no TLS", async () => {
    const connectTo = await listen(
      createServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")),
    );
    expect(await ask("https://crm.example.com/", connectTo)).toMatchObject({
      kind: "no-tls",
      message: "no TLS connection: wrong version number",
    });
  });

  test("to a certificate that nobody known has signed", async () => {
    const connectTo = await listen(tlsServer());
    expect(await ask("https://origin.example.com/", connectTo)).toMatchObject({
      kind: "untrusted-certificate",
      message: expect.stringContaining("a certificate that is not trusted: self-signed certificate"),
    });
  });
});

describe("with NODE_EXTRA_CA_CERTS, as preflight advises", () => {
  const asking = async (url: string) => {
    const connectTo = await listen(tlsServer());
    const program = `
      import { httpRequest } from ${JSON.stringify(new URL("../../src/targets/http.ts", import.meta.url).href)};
      const connectTo = ${JSON.stringify(connectTo)};
      const asked = await httpRequest({ url: ${JSON.stringify(url)}, connectTo, headers: { host: "crm.example.com" }, timeoutMs: 3000 }).catch((error) => error);
      console.log(JSON.stringify(asked));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate("").pathname },
    });
    return JSON.parse(stdout) as unknown;
  };

  test("an authority of one's own is trusted, and the Host header may be another than the certificate's name", async () => {
    expect(await asking("https://origin.example.com/")).toMatchObject({ status: 200, body: "crm.example.com" });
  });

  test("a certificate for another name is not", async () => {
    expect(await asking("https://crm.example.com/")).toMatchObject({ kind: "untrusted-certificate" });
  });
});

test("an address, and what stands for this machine, is resolved without asking a name server", async () => {
  expect(await resolveName("[2001:db8::1]")).toEqual(["2001:db8::1"]);
  expect(await resolveName("192.0.2.7")).toEqual(["192.0.2.7"]);
  expect(await resolveName("crm.localhost")).toEqual(["127.0.0.1"]);
});
