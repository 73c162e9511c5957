/** One failing probe as the kubelet's Unhealthy event tells it. */
export type ProbeFailure = {
  readonly probe: "liveness" | "readiness" | "startup";
  readonly how: "refused" | "timeout" | "status" | "command" | "protocol" | "other" | "untold";
  /** The status code of an HTTP answer. */
  readonly status: number | null;
  /** The port that was asked, where the message names it. */
  readonly port: number | null;
  readonly text: string;
};

const HOW: readonly (readonly [RegExp, ProbeFailure["how"]])[] = [
  // The name of a port that no container opens is read as a number at last.
  [/\bport \S+ not found|find port\b|invalid port number|strconv\.Atoi: parsing/, "other"],
  [/statuscode: \d+/, "status"],
  [/connection refused|no route to host|connection reset/, "refused"],
  [
    /malformed HTTP|HTTP response to HTTPS|tls:|first record does not look|server gave HTTP|EOF|service "" not found|unknown service|does not implement/,
    "protocol",
  ],
  [/timed out|i\/o timeout|deadline exceeded|Client\.Timeout|failed to connect service/, "timeout"],
  [/command|exec|exit (?:status|code)|:\s/, "command"],
];

/** What an Unhealthy event says, or undefined where it is about no probe. */
export function probeFailureOf(message: string): ProbeFailure | undefined {
  const match = /^(Liveness|Readiness|Startup) probe (?:failed|errored)[^:]*:?\s*(.*)$/s.exec(message);
  if (match === null) return undefined;
  const text = match[2] ?? "";
  const status = /statuscode: (\d+)/.exec(text)?.[1];
  const port = /:(\d{1,5})(?:\/|: |"|$)/.exec(text)?.[1];
  return {
    probe: (match[1] ?? "").toLowerCase() as ProbeFailure["probe"],
    how: HOW.find(([form]) => form.test(text))?.[1] ?? "other",
    status: status === undefined ? null : Number(status),
    port: port === undefined ? null : Number(port),
    text,
  };
}
