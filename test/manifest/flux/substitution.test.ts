import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isVariableName, substitute, variablesIn } from "../../../src/manifest/flux/substitution/substitute.ts";
import { anyText } from "../../signal/any-text.ts";

const values: Readonly<Record<string, string>> = {
  TAG: "v1.2.3",
  HOST: "Shop.Example.org",
  EMPTY: "",
  PATH: "/srv/apps/shop",
  CITY: "Zürich",
};

const run = (text: string) => substitute(text, (name) => values[name] ?? "");

describe("substitution as Flux does it", () => {
  test.each([
    ["image: shop:${TAG}", "image: shop:v1.2.3"],
    ["a ${MISSING} b", "a  b"],
    ["$TAG and $", "$TAG and $"],
    ["$${TAG}", "${TAG}"],
    ["$$${TAG}", "$v1.2.3"],
    ["$$$${TAG}", "$${TAG}"],
    ["price: $$5", "price: $5"],
    ["${MISSING:=fallback}", "fallback"],
    ["${EMPTY:-fallback}", "fallback"],
    ["${TAG:=fallback}", "v1.2.3"],
    ["${MISSING=fallback}", "fallback"],
    ["${MISSING:=}", ""],
    ["${MISSING:=shop-${TAG}-${EMPTY:=x}}", "shop-v1.2.3-x"],
    ["${HOST,,}", "shop.example.org"],
    ["${HOST,}", "shop.Example.org"],
    ["${TAG^^}", "V1.2.3"],
    ["${TAG^}", "V1.2.3"],
    ["${#TAG}", "6"],
    ["${#CITY}", "7"],
    ["${TAG:1}", "1.2.3"],
    ["${TAG:1:1}", "1"],
    ["${TAG:-2}", "v1.2.3"],
    ["${TAG:x}", "v1.2.3"],
    ["${TAG:99}", ""],
    ["${TAG:1:-3}", "1."],
    ["${TAG:4:-3}", ""],
    ["${TAG#v}", "1.2.3"],
    ["${PATH#*/}", "srv/apps/shop"],
    ["${PATH##*/}", "shop"],
    ["${PATH%/*}", "/srv/apps"],
    ["${PATH%%/*}", ""],
    ["${HOST%%.*}", "Shop"],
    // Flux looks from the end by reading both backwards, and a class read backwards is none.
    ["${HOST%%.[A-Z]*}", "Shop.Example.org"],
    ["${PATH/s/S}", "/Srv/apps/shop"],
    ["${PATH//s/S}", "/Srv/appS/Shop"],
    ["${PATH/\\/srv/}", "/apps/shop"],
    ["${PATH//\\//-}", "-srv-apps-shop"],
    ["${TAG/#v/V}", "V1.2.3"],
    ["${TAG/%3/4}", "v1.2.4"],
    // Flux knows no such operators, and leaves the value alone.
    ["${TAG:+other}", "v1.2.3"],
    ["${TAG:?message}", "v1.2.3"],
  ])("%s", (text, expected) => {
    expect(run(text)).toEqual({ ok: true, text: expected });
  });

  test.each([
    ["${TAG", "missing closing brace"],
    ["${TAG-default}", "missing closing brace"],
    ["${.Values.tag}", "unable to parse variable name"],
    ["${{ github.sha }}", "unable to parse variable name"],
    ["${TAG.x}", "missing closing brace"],
    ["${}", "unable to parse variable name"],
    ["${#}", "bad substitution"],
    ["${TAG:=never closed", "unable to parse substitution within function"],
    ["${TAG/a}", "bad substitution"],

    ["${CITY:2}", "the expansion cuts a character in two"],
  ])("%s is refused", (text, because) => {
    expect(run(text)).toEqual({ ok: false, because });
  });

  test("strict mode asks for every variable without a default", () => {
    const strict = (text: string) => substitute(text, (name) => values[name]);
    expect(strict("${MISSING:=x}${EMPTY}")).toEqual({ ok: true, text: "x" });
    expect(strict("${MISSING^^}")).toEqual({ ok: false, because: 'variable not set (strict mode): "MISSING"' });
  });

  test("names the variables of a text", () => {
    expect(variablesIn("${TAG} ${HOST:=${CITY}} $${NOT} ${TAG}")).toEqual(["TAG", "CITY", "HOST"]);
    expect(["_A1", "a"].every(isVariableName)).toBe(true);
    expect(["1A", "a-b", "", "é", "A\n"].some(isVariableName)).toBe(false);
  });

  test("whatever the text, it answers, and says nothing it cannot", () => {
    const token = fc.constantFrom(
      "${",
      "}",
      "$",
      "TAG",
      ":",
      "=",
      "/",
      "#",
      "%",
      "*",
      "[a-",
      "\\",
      "^",
      ",",
      "é",
      "x\n",
    );
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join("")),
        (text) => {
          const found = run(text);
          expect(found.ok ? typeof found.text : found.because).not.toBe("");
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("a text without a dollar stays as it is; ten thousand nested expansions end", () => {
    fc.assert(
      fc.property(
        anyText().map((text) => text.replaceAll("$", "")),
        (text) => {
          expect(run(text)).toEqual({ ok: true, text });
        },
      ),
    );
    expect(run("${A:=".repeat(10_000)).ok).toBe(false);
  });
});
