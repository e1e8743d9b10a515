import { createSocket, type RemoteInfo } from "node:dgram";
import { AUTHORITATIVE_ANSWER, decode, encode, type Packet } from "dns-packet";

const TTL_SECONDS = 60;
const NAME_ERROR = 3;

export type NameServer = {
  /** "127.0.0.1:PORT", as `dns.setServers` takes it. */
  readonly resolver: string;
  /** An empty list removes the name. */
  name(name: string, addresses: string[]): void;
  close(): Promise<void>;
};

/** Answers A queries for the names it was given, every other name with NXDOMAIN, and asks nobody else. */
export async function createNameServer(): Promise<NameServer> {
  const names = new Map<string, string[]>();
  let asked = 0;
  const socket = createSocket("udp4");

  function answer(query: Packet): Packet {
    const [question] = query.questions ?? [];
    const addresses = question && names.get(question.name.toLowerCase());
    const header = { type: "response" as const, id: query.id, questions: query.questions };
    if (!question || !addresses) return { ...header, flags: AUTHORITATIVE_ANSWER | NAME_ERROR };
    // Each answer starts at another address, as a load balancer's name does.
    const turn = asked++ % addresses.length;
    const rotated = [...addresses.slice(turn), ...addresses.slice(0, turn)];
    const wanted = question.type === "A" ? rotated : [];
    return {
      ...header,
      flags: AUTHORITATIVE_ANSWER,
      answers: wanted.map((data) => ({ type: "A" as const, name: question.name, ttl: TTL_SECONDS, data })),
    };
  }

  socket.on("message", (message: Buffer, from: RemoteInfo) => {
    let query: Packet;
    try {
      query = decode(message);
    } catch {
      return; // not DNS: a name server answers nothing to that
    }
    socket.send(encode(answer(query)), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, "127.0.0.1", () => {
      socket.off("error", reject);
      resolve();
    });
  });

  return {
    resolver: `127.0.0.1:${socket.address().port}`,
    name(name, addresses) {
      if (addresses.length) names.set(name.toLowerCase(), addresses);
      else names.delete(name.toLowerCase());
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
