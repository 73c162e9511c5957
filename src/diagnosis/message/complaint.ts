/** What a line of a container's log complains of. */
export type Said =
  | {
      readonly is: "unreachable";
      readonly host: string;
      readonly port: number | null;
      readonly how: "refused" | "timeout" | "unknown-host" | "cut" | "unavailable";
    }
  | { readonly is: "unset"; readonly name: string }
  | { readonly is: "bad-value"; readonly name: string | null; readonly value: string | null }
  | { readonly is: "bad-argument"; readonly argument: string }
  | { readonly is: "bad-config"; readonly file: string | null }
  /** What an interpreter was given to run is no program. */
  | { readonly is: "bad-script" }
  | { readonly is: "file-missing"; readonly file: string }
  | { readonly is: "file-denied"; readonly file: string }
  | { readonly is: "read-only"; readonly file: string | null }
  | { readonly is: "port-taken"; readonly port: number | null }
  /** The machine has no port left from which it could connect. */
  | { readonly is: "no-ports" }
  | { readonly is: "login-failed" }
  | { readonly is: "forbidden"; readonly account: string | null; readonly verb: string; readonly resource: string }
  | { readonly is: "out-of-memory" }
  | { readonly is: "certificate" }
  | { readonly is: "disk-full" }
  | { readonly is: "database" }
  /** The tables of a database are of another version than the program, or on the way to one. */
  | { readonly is: "schema" }
  /** The proxy of a service mesh says that it lets no such request through, or that it ended the connection. */
  | { readonly is: "mesh"; readonly how: "denied" | "cut" }
  /** What others or the machine deny it: an answer of a peer, a limit of the system, a licence. */
  | { readonly is: "denied" }
  | { readonly is: "not-found-command"; readonly command: string }
  /** The program was built for another kind of machine. */
  | { readonly is: "wrong-machine" }
  | { readonly is: "fatal" };

/** A line of a log that complains. */
export type Complaint = { readonly line: string } & Said;

/** What a program says of a peer that it cannot reach. */
export type Unreachable = Extract<Complaint, { is: "unreachable" }>;
