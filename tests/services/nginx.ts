/** The reverse proxy of the README: its example, with the names and ports of a test in it. */
import { fileURLToPath } from "node:url";

/** The program that the test command found; tests behind it are skipped without one. */
export const NGINX = Deno.env.get("TEST_NGINX");

export interface Proxy extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly url: string;
}

const TLS = new URL("../process/tls/", import.meta.url);

/** Starts it on a port of loopback, in front of those ports, in a directory that is removed afterwards. */
export async function startNginx(port: number, behind: readonly number[]): Promise<Proxy> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-nginx-" });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`);
  const configuration = [
    ...(Deno.uid() === 0 ? ["user root;"] : []),
    `daemon off; pid ${directory}/pid; error_log ${directory}/error.log;`,
    "events {}",
    `http { access_log off; ${temporary.join(" ")}`,
    await example(port, behind),
    "}",
  ];
  await Deno.writeTextFile(`${directory}/nginx.conf`, configuration.join("\n"));
  const child = new Deno.Command(NGINX ?? "nginx", {
    args: ["-p", directory, "-e", `${directory}/error.log`, "-c", `${directory}/nginx.conf`],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  for (let attempt = 0; !await listens(port); attempt++) {
    if (attempt === 100) throw new Error(`nginx does not start: ${await complaints}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([child.status, complaints]);
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** What the README tells to write, each name of it replaced by one that is there. */
async function example(port: number, behind: readonly number[]): Promise<string> {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, block = ""] = /```nginx\n(.*?)```/s.exec(readme) ?? [];
  const file = (name: string) => fileURLToPath(new URL(name, TLS));
  const replacements: [RegExp, string][] = [
    [
      /( *server 127\.0\.0\.1:\d+;[^\n]*\n)+/,
      behind.map((to) => `server 127.0.0.1:${to};\n`).join(""),
    ],
    [/listen 443 ssl;/, `listen 127.0.0.1:${port} ssl;`],
    [/server_name [^;]+;/, "server_name localhost;"],
    [/ssl_certificate [^;]+;/, `ssl_certificate ${file("cert.pem")};`],
    [/ssl_certificate_key [^;]+;/, `ssl_certificate_key ${file("key.pem")};`],
  ];
  return replacements.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`the example of the README has no ${from}`);
    return text.replace(from, to);
  }, block);
}

async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
