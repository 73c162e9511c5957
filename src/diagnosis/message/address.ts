// The name that was asked, or failing that the address: URLs first, then host:port, then "to HOST" or "host HOST".
const NEAR = [
  // Java prints an address that it could not resolve, and one that it could.
  /\b([A-Za-z][A-Za-z0-9.-]*)\/(?:<unresolved>|(?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})\b/,
  /[a-z][a-z0-9+.-]*:\/\/(?:[^\s@/]+@)?([A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d{1,5}))?/,
  /\bhost[ =:]+["']?([A-Za-z0-9][A-Za-z0-9._-]*)["']?.{0,30}?port[ =:]+(\d{1,5})/i,
  /server at ["'`]([A-Za-z0-9][A-Za-z0-9._-]*)["'`][^,]*, port (\d{1,5})/,
  /\b([A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*):(\d{2,5})\b/,
  /\b((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})\b/,
  /(?:connect(?:ing|ion)? to|connect|reach|waiting for|dial(?:ing)?|calling|host)\s+["'`]?((?!(?:a|an|any|the|to|is|was|host|server|remote|database|upstream|failed|refused|timed)\b)[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?/,
];

// Where in a program's source the line was written is no address.
const SOURCE_LINE = /[\w/.-]+\.(?:cc|cpp|cs|go|h|hpp|java|js|kt|php|py|rb|rs|ts):\d+/g;

/** The peer that a line is about. */
export function hostNear(line: string): { readonly host: string | undefined; readonly port: string | undefined } {
  const text = line.replace(/^\S*\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*\s*/, "").replaceAll(SOURCE_LINE, "");
  for (const form of NEAR) {
    const match = form.exec(text);
    if (match !== null) return { host: match[1], port: match[2] };
  }
  return { host: undefined, port: undefined };
}

/** The port that a line names; null where it names none. */
export function portNear(line: string): number | null {
  const port = /:(\d{2,5})\b/.exec(line.replace(/\d\d:\d\d:\d\d/, ""))?.[1] ?? /port[ =:]+(\d{2,5})/i.exec(line)?.[1];
  return port === undefined ? null : Number(port);
}
