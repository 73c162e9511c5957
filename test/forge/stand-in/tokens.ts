import { createPublicKey, randomBytes, verify } from "node:crypto";
import { Refusal } from "./state.ts";

/** Who calls: the app itself by its JWT, or its installation by a token with these rights. */
export type Caller =
  | { readonly as: "app" }
  | { readonly as: "installation"; readonly permissions: Readonly<Record<string, string>>; readonly repos?: Repos };

/** The names of the repositories that a token is narrowed to. */
type Repos = readonly string[];

type Token = { readonly expiresAt: Date; readonly caller: Caller };

/** The installation tokens of one app, and the check of its JWTs. */
export type Tokens = ReturnType<typeof openTokens>;

const TOKEN_LIFE_MS = 60 * 60_000;
const JWT_LIFE_S = 10 * 60;

/** Hands out tokens and knows who comes with one. */
export function openTokens({
  appId,
  privateKey,
  now,
}: {
  readonly appId: number;
  readonly privateKey: string;
  readonly now: () => Date;
}) {
  const publicKey = createPublicKey(privateKey);
  const tokens = new Map<string, Token>();

  function callerOf(credentials: string | undefined): Caller {
    if (credentials === undefined) throw new Refusal(401, "Requires authentication");
    if (credentials.split(".").length === 3 && credentials.startsWith("ey")) return appOf(credentials);
    const token = tokens.get(credentials);
    if (token === undefined || token.expiresAt <= now()) throw new Refusal(401, "Bad credentials");
    return token.caller;
  }

  function appOf(jwt: string): Caller {
    const [head = "", claims = "", signature = ""] = jwt.split(".");
    const signed = Buffer.from(`${head}.${claims}`);
    const isOurs = verify("RSA-SHA256", signed, publicKey, Buffer.from(signature, "base64url"));
    if (!isOurs || parsed(head).alg !== "RS256") throw new Refusal(401, "A JSON web token could not be decoded");
    const { iss, iat, exp } = parsed(claims);
    const seconds = now().getTime() / 1000;
    if (String(iss) !== String(appId)) throw new Refusal(401, "Integration not found");
    if (exp <= seconds) throw new Refusal(401, "'Expiration time' claim ('exp') is in the past");
    if (exp - iat > JWT_LIFE_S) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
    return { as: "app" };
  }

  return {
    callerOf,
    /** A new token; longer than forty characters, as GitHub's are now. */
    issue: (permissions: Readonly<Record<string, string>>, repos?: Repos) => {
      const token = `ghs_${appId}_${randomBytes(32).toString("base64url")}`;
      const expiresAt = new Date(now().getTime() + TOKEN_LIFE_MS);
      const caller: Caller = { as: "installation", permissions, ...(repos === undefined ? {} : { repos }) };
      tokens.set(token, { expiresAt, caller });
      return { token, expiresAt };
    },
    /** Every token so far is worthless from now on, as when an installation was suspended for a moment. */
    revokeAll: () => tokens.clear(),
  };
}

/** Whether a caller's rights reach a level of one permission. */
export function isAllowed(caller: Caller, permission: string, level: "read" | "write"): boolean {
  if (caller.as === "app") return false;
  const granted = caller.permissions[permission];
  return permission === "metadata" || granted === "write" || (granted === "read" && level === "read");
}

/** The token of an `Authorization` header: `bearer X`, `token X`, or basic with the token as password. */
export function credentialsOf(header: string | undefined): string | undefined {
  const [scheme = "", value] = (header ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic" || value === undefined) return value;
  return Buffer.from(value, "base64").toString().split(":")[1];
}

function parsed(part: string): { alg: string; iss: unknown; iat: number; exp: number } {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
