import { describe, expect, test } from "vitest";
import type { SimulatedResponse } from "../../../src/sandbox/substrate/simulated/hosts.ts";
import { createSocketPair, type SimulatedSocket } from "../../../src/sandbox/substrate/simulated/sockets.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { answer, createElbWorld, everything, forward, sleep } from "./elb-world.ts";

const UPGRADE = { connection: "Upgrade", upgrade: "websocket" };

const answered = (status: number, headers: Record<string, string>, body = ""): SimulatedResponse => ({
  status,
  headers,
  body,
});

/** A node that upgrades websockets and answers each message with its own name before it. */
async function chat() {
  const elb = createElbWorld();
  const { arn, addresses } = await elb.loadBalancer();
  const group = await elb.targetGroup();
  let seen: Record<string, string> = {};
  const node = (address: string) =>
    elb.serve(address, async ({ headers }) => {
      seen = headers;
      if (headers.upgrade !== "websocket") return answered(200, {}, "plain");
      const [client, server] = createSocketPair();
      server.onMessage((message) => server.send(`${address} ${message}`));
      const accepted = { "sec-websocket-accept": "x", upgrade: "websocket" };
      return { ...answered(101, accepted), socket: client };
    });
  const stopNode = node("10.0.0.1");
  await elb.register(group, "10.0.0.1");
  const listener = await elb.listener(arn, forward(group));
  const open = async () => {
    const response = await elb.get(addresses[0]!, "/ws", { headers: UPGRADE });
    return { ...response, socket: response.socket! };
  };
  const say = async (socket: SimulatedSocket, message: string) =>
    new Promise<string>((resolve) => {
      socket.onMessage(resolve);
      socket.send(message);
    });
  return { elb, group, listener, address: addresses[0]!, node, stopNode, open, say, seen: () => seen };
}

describe("websockets", () => {
  test("are upgraded by the target, which is told that the client asks for it", () =>
    inVirtualTime(async () => {
      const { elb, open, say, seen } = await chat();
      const { status, headers, socket } = await open();
      expect(status).toBe(101);
      expect(headers).toEqual({ "sec-websocket-accept": "x" });
      expect(seen()).toMatchObject({ upgrade: "websocket", connection: "upgrade", "x-forwarded-for": "192.0.2.1" });
      expect(await say(socket, "hello")).toBe("10.0.0.1 hello");
      await elb.stop();
    }));

  test("meet the rules by their first request only: the connection outlives a closing rule and draining", () =>
    inVirtualTime(async () => {
      const { elb, group, listener, node, address, open, say } = await chat();
      const { socket } = await open();
      node("10.0.0.2");
      await elb.register(group, "10.0.0.2");
      await elb.deregister(group, "10.0.0.1");
      await elb.rule(listener, 1, [everything], answer("503", "closed"));
      expect((await elb.get(address, "/ws", { headers: UPGRADE })).body).toBe("closed");
      expect(await say(socket, "still")).toBe("10.0.0.1 still");
      await sleep(301);
      expect(await elb.health(group, "10.0.0.1")).toEqual(["10.0.0.1 unused Target.NotRegistered"]);
      expect(await say(socket, "here")).toBe("10.0.0.1 here");
      await elb.stop();
    }));

  test("are logged when they are upgraded and when they end", () =>
    inVirtualTime(async () => {
      const { elb, group, listener, address, open } = await chat();
      const { socket } = await open();
      const [request] = elb.facts("request");
      expect(request).toMatchObject({
        action: "forward",
        status: 101,
        upgraded: true,
        target: { targetGroupArn: group, id: "10.0.0.1", port: 3000 },
      });
      await sleep(3600);
      expect(elb.facts("upgrade-ended")).toEqual([]);
      socket.close();
      socket.close();
      const at = new Date().toISOString();
      expect(elb.facts("upgrade-ended")).toMatchObject([{ at, request: request!.seq, listenerArn: listener, address }]);
      expect(elb.facts("request")).toHaveLength(1);
      expect(() => socket.send("late")).toThrow("closed");
      await elb.stop();
    }));

  test("end with their target, and with their listener", () =>
    inVirtualTime(async () => {
      const { elb, listener, node, stopNode, open } = await chat();
      await open();
      stopNode();
      expect(elb.facts("upgrade-ended")).toHaveLength(1);
      node("10.0.0.1");
      const { socket } = await open();
      await elb.client.deleteListener({ ListenerArn: listener });
      expect(elb.facts("upgrade-ended")).toHaveLength(2);
      expect(() => socket.send("late")).toThrow("closed");
      await elb.stop();
    }));

  test("that the target does not upgrade are requests as any other, as are upgrades to other protocols", () =>
    inVirtualTime(async () => {
      const { elb, address, seen } = await chat();
      const headers = { connection: "Upgrade", upgrade: "h2c" };
      expect(await elb.get(address, "/", { headers })).toMatchObject({ status: 200, body: "plain" });
      expect(seen()).not.toHaveProperty("upgrade");
      const [request] = elb.facts("request");
      expect(request!.status).toBe(200);
      expect(request!.upgraded).toBeUndefined();
      await elb.stop();
    }));
});
