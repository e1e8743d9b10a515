/** One end of a websocket between simulated hosts. What is sent arrives at once, or as soon as the other end listens. */
export type SimulatedSocket = {
  /** Throws once the connection is closed. */
  send(message: string): void;
  onMessage(listener: (message: string) => void): void;
  /** Closes both ends. Closing again changes nothing. */
  close(): void;
  /** Called once, at once where the connection is closed already. */
  onClose(listener: () => void): void;
};

/** The client's end and the server's. */
export function createSocketPair(): [client: SimulatedSocket, server: SimulatedSocket] {
  const closing: (() => void)[] = [];
  let open = true;
  const inboxes = [createInbox(), createInbox()] as const;
  const end = (own: Inbox, other: Inbox): SimulatedSocket => ({
    send(message) {
      if (!open) throw new Error("the connection is closed");
      other.deliver(message);
    },
    onMessage: (listener) => own.read(listener),
    close() {
      if (!open) return;
      open = false;
      for (const listener of closing.splice(0)) listener();
    },
    onClose(listener) {
      if (open) closing.push(listener);
      else listener();
    },
  });
  return [end(inboxes[0], inboxes[1]), end(inboxes[1], inboxes[0])];
}

type Inbox = ReturnType<typeof createInbox>;

function createInbox() {
  const waiting: string[] = [];
  let reader: ((message: string) => void) | undefined;
  return {
    deliver(message: string) {
      if (reader) reader(message);
      else waiting.push(message);
    },
    read(listener: (message: string) => void) {
      reader = listener;
      for (const message of waiting.splice(0)) listener(message);
    },
  };
}
