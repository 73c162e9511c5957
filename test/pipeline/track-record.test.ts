import { expect, test } from "vitest";
import type { Material } from "../../src/proposal/consider.ts";
import type { ReportedIncident } from "../../src/proposal/report.ts";
import { minute, signal } from "../incident/incidents.ts";
import { reportAbout, Story } from "./story.ts";

/** Another object with the same trouble, once the first one's change is merged. */
function reportAboutCart(): ReportedIncident {
  const report = reportAbout("cart");
  const edits = report.edits.map((edit) => ({ ...edit, before: "2.4.1", after: "2.3.0" }));
  return { ...report, edits };
}

async function merged(isHelped: boolean): Promise<Story> {
  const story = new Story();
  await story.hear({ ...signal, text: "Pod shop/catalog-1 is not ready" });
  story.minutes = 5;
  await story.merge(2, { available: isHelped ? 2 : 0 });
  await story.hear({ ...signal, text: "Pod shop/catalog-1 is not ready", endsAt: minute(10) });
  await story.lookAt(40);
  return story;
}

test.each([
  [true, "closed", "1 of 1 merged and recovered"],
  [false, "persists", "0 of 1 merged and recovered"],
])(
  "a merge that helps (%s) is told beside the next confidence, and rules are asked in its light",
  async (isHelped, status, said) => {
    const story = await merged(isHelped);
    expect(story.status()).toBe(status);
    const asked: Material[] = [];
    story.rules = (material) => {
      asked.push(material);
      return [reportAboutCart()];
    };
    await story.lookAt(60);
    expect(story.status("cart")).toBe("proposed");
    expect(asked[0]?.records?.get("image-tag-missing")).toEqual({ merged: 1, helped: isHelped ? 1 : 0 });
    expect(story.pulls().at(-1)?.body).toContain(said);
  },
);
