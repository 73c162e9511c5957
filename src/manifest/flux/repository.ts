/** Host and path of a git URL, however it is written: `ssh://git@host/a/b`, `git@host:a/b.git`, `https://host/a/b/`. */
export function repositoryIdentity(url: string): string {
  const short = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url);
  const long = /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:]+)(?::(?:22|80|443))?(:\d+)?\/(.*)$/i.exec(url);
  const [host = "", path = url] =
    short !== null ? [short[1], short[2]] : [`${long?.[1] ?? ""}${long?.[2] ?? ""}`, long?.[3]];
  const plain = `${host}/${path}`.toLowerCase().replaceAll(/\/+/g, "/").replace(/\/$/, "");
  return plain.replace(/\.git$/, "");
}

/** A URL as it may be repeated: without the user or the password in it. */
export function withoutUser(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
