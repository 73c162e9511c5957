import type { ProbotOctokit } from "probot";
import { statusOf } from "./failure.ts";

type RequestOptions = Required<Parameters<ProbotOctokit["request"]["endpoint"]["parse"]>[0]>;

type Answer = Awaited<ReturnType<ProbotOctokit["request"]>>;

// A page of pull requests is megabytes; what is asked again and again is little.
const REMEMBERED = 20;

/** Asks with the ETag of the last answer: what has not changed costs nothing of the rate limit. */
export function conditionally(octokit: ProbotOctokit) {
  const answers = new Map<string, Answer>();
  return async (
    request: (options: RequestOptions) => Answer | Promise<Answer>,
    options: RequestOptions,
  ): Promise<Answer> => {
    if (options.method !== "GET") return request(options);
    const { url } = octokit.request.endpoint.parse(options);
    const known = answers.get(url);
    if (known?.headers.etag !== undefined) options.headers["if-none-match"] = known.headers.etag;
    try {
      const answer = await request(options);
      // The last asked goes last, so that the first one is the one to forget.
      answers.delete(url);
      answers.set(url, answer);
      const [oldest] = answers.keys();
      if (answers.size > REMEMBERED && oldest !== undefined) answers.delete(oldest);
      return answer;
    } catch (error) {
      if (known === undefined || statusOf(error) !== 304) throw error;
      return known;
    }
  };
}
