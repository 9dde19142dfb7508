import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";

export type Mail = { to: string[]; raw: string };
export type MailServer = { url: string /** Ends every open connection. */; hangUp(): void; close(): Promise<void> };
/** Who may send; without one, everybody. */
type Sender = { user: string; password: () => string };

/** A real mail server on loopback for journeys, faults and benchmarks. It says "250" once `take` has resolved. */
export async function startMailServer(
  take: (mail: Mail) => void | Promise<void>,
  sender?: Sender,
): Promise<MailServer> {
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    authOptional: !sender,
    disabledCommands: sender ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === sender?.user && password === sender?.password()) done(null, { user: username });
      else done(new Error("wrong user or password"));
    },
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const receive = async () => {
        const raw = Buffer.concat(await stream.toArray()).toString("utf8");
        await take({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
      };
      // A sender that was cut off has sent no mail.
      receive().then(() => done(), done);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  // Senders are killed in the middle of a conversation: that is what some of its users are for.
  server.on("error", () => {});
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
