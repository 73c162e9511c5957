import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** How a sender of signals proves itself; Alertmanager cannot sign, so a token or a password is what it will use. */
export type Proof =
  | { readonly by: "bearer"; readonly token: string }
  | { readonly by: "basic"; readonly user: string; readonly password: string }
  | { readonly by: "hmac"; readonly secret: string };

/** Whether a request carries this proof, compared in constant time. */
export function isProven(proof: Proof, headers: IncomingHttpHeaders, body: Uint8Array): boolean {
  switch (proof.by) {
    case "bearer":
      return isSame(headers.authorization ?? "", `Bearer ${proof.token}`);
    case "basic": {
      const credentials = Buffer.from(`${proof.user}:${proof.password}`).toString("base64");
      return isSame(headers.authorization ?? "", `Basic ${credentials}`);
    }
    case "hmac": {
      const signature = createHmac("sha256", proof.secret).update(body).digest("hex");
      return isSame(String(headers["x-signature"] ?? ""), `sha256=${signature}`);
    }
  }
}

// Hashed first: the comparison wants equal lengths, and the length of a secret is not to be told either.
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
