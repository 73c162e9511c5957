/** The environment as the process has it. */
type Env = Readonly<Record<string, string | undefined>>;

/** Where a metrics server is asked, and what it is shown. */
export type MetricsServer = {
  /** Up to where `/api/v1` begins, such as VictoriaMetrics' `…/select/0/prometheus`; what follows `?` is kept. */
  readonly url: string;
  /** The value of the Authorization header; null where none is sent. */
  readonly authorization: string | null;
};

/** Reads address and proof of a metrics server; null where there is no address, and what is wrong with them. */
export function readMetricsServer(
  env: Env,
  url: string | null,
): { readonly server: MetricsServer | null; readonly problems: readonly string[] } {
  const token = env["OAKUM_PROMETHEUS_TOKEN"] ?? "";
  const user = env["OAKUM_PROMETHEUS_USER"] ?? "";
  const password = env["OAKUM_PROMETHEUS_PASSWORD"] ?? "";
  const problems: string[] = [];
  if ((user === "") !== (password === ""))
    problems.push("OAKUM_PROMETHEUS_USER and OAKUM_PROMETHEUS_PASSWORD are set together or not at all");
  if (token !== "" && user !== "")
    problems.push("OAKUM_PROMETHEUS_TOKEN and OAKUM_PROMETHEUS_USER are both set: a server takes one of them");
  if (/[^\x21-\x7e]/.test(token))
    problems.push("OAKUM_PROMETHEUS_TOKEN holds a space or a line break: expected the token alone");
  if (url === null) return { server: null, problems };
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol))
    problems.push("the address of Prometheus is none: expected one like https://prometheus.example.test");
  else if (address.username !== "" || address.password !== "")
    problems.push(
      "the address of Prometheus holds a password: set OAKUM_PROMETHEUS_USER and OAKUM_PROMETHEUS_PASSWORD",
    );
  return { server: { url, authorization: authorizationOf(token, user, password) }, problems };
}

function authorizationOf(token: string, user: string, password: string): string | null {
  if (token !== "") return `Bearer ${token}`;
  return user === "" ? null : `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
