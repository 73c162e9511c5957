import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { RealCluster } from "./cluster.ts";

/** A gate before an API server, through which everything passes and at which something can be made to happen. */
export type Gate = {
  readonly url: string;
  /** Every path that was asked for. */
  readonly asked: readonly string[];
  /** Does something before requests whose path matches are passed on, `times` times. */
  readonly before: (path: RegExp, act: () => Promise<void>, times: number) => void;
  /** Whether this text passed through in an answer. */
  readonly carried: (text: string) => boolean;
  readonly close: () => Promise<void>;
};

/** Opens a gate on a free port of the loopback interface, known by the server's own certificate. */
export async function openGate(target: string, certificate: RealCluster["certificate"]): Promise<Gate> {
  const asked: string[] = [];
  const answers: string[] = [];
  const acts: { readonly path: RegExp; readonly act: () => Promise<void>; times: number }[] = [];
  const server = createServer(certificate, async (incoming, outgoing) => {
    const { url: path = "", method, headers } = incoming;
    asked.push(path);
    const due = acts.find((one) => one.path.test(path) && one.times > 0);
    if (due !== undefined) {
      due.times--;
      await due.act();
    }
    // An answer that is read here must not be compressed.
    const { host: _, "accept-encoding": __, ...kept } = headers;
    const passed = request(`${target}${path}`, { method, headers: kept, ca: certificate.cert }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("data", (part: Buffer) => answers.push(part.toString()));
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    before: (path, act, times) => acts.push({ path, act, times }),
    carried: (text) => answers.join("").includes(text),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
