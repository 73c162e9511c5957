import { readdirSync } from "node:fs";
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BadInput } from "../../src/signal/bad-input.ts";
import { openCase, RECORDED } from "./case.ts";
import { play } from "./play.ts";

const HELP = `Usage: npm run demo -- [OPTIONS]

Plays one incident from alert to outcome: a recorded cluster, a real git repository, a forge on this machine, and the
bot between them. Nothing leaves this machine.

  --case NAME  one of --list, or a case folder (default: image-tag; oom-limit with --fail)
  --fail       what is merged does not help: it persists, the issue is opened again, taking back is proposed
  --out DIR    where the repository, issue, pull request and audit are left (default: oakum-demo)
  --list       names the cases
`;

const STORY = "story.txt";

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      case: { type: "string" },
      fail: { type: "boolean", default: false },
      out: { type: "string", default: "oakum-demo" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return say(HELP);
  if (values.list) return say(`${readdirSync(RECORDED).join("\n")}\n`);
  const folder = resolve(values.out);
  await empty(folder);
  const begun = performance.now();
  const played = await openCase(
    caseFolder(values.case ?? (values.fail ? "oom-limit" : "image-tag")),
    join(folder, "clone"),
  );
  const story = join(folder, STORY);
  const tell = (text: string): void => {
    say(`${text}\n`);
    void appendFile(story, `${text}\n`);
  };
  const isAsExpected = await play(played, { folder, fails: values.fail, say: tell });
  say(
    `\n${isAsExpected ? "It ended as the case expects" : "IT DID NOT END AS THE CASE EXPECTS"}, after ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`,
  );
  return isAsExpected ? 0 : 1;
}

function caseFolder(name: string): string {
  return readdirSync(RECORDED).includes(name) ? join(RECORDED, name) : resolve(name);
}

/** Only a folder that an earlier demo left is emptied. */
async function empty(folder: string): Promise<void> {
  const names = await mkdir(folder, { recursive: true }).then(() => readdirSync(folder));
  if (names.length > 0 && !names.includes(STORY))
    throw new BadInput(`${folder} is not empty and no earlier demo made it: give another --out.`);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  // Marks it as ours from the first moment: a demo that is stopped leaves nothing in the way of the next.
  await writeFile(join(folder, STORY), "");
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadInput) && !(error instanceof TypeError)) throw error;
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 2;
}
