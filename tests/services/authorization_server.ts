/** An authorization server that is none of ours, and a host on which clients publish what they are. */
import { fileURLToPath } from "node:url";
import { freePort } from "./system.ts";

export interface AuthorizationServer extends AsyncDisposable {
  readonly issuer: string;
  /** Where the document of a client is, which is its id, too. */
  readonly clientId: string;
  /** How often that document was read. */
  readonly reads: number;
}

/** Where browsers are sent back to. Nobody listens there: a test takes over before. */
export const REDIRECT_URL = "http://127.0.0.1:9/callback";

/** What a client says of itself, in its document or when it registers. */
export const CLIENT = {
  client_name: "A client under test",
  redirect_uris: [REDIRECT_URL],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
  application_type: "native",
};

const PROGRAM = fileURLToPath(new URL("authorization_server/program.ts", import.meta.url));
const TLS = new URL("../process/tls/", import.meta.url);

/** Starts both on loopback. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const file = (name: string) => fileURLToPath(new URL(name, TLS));
  const [port, published] = [freePort(), freePort()];
  const clientId = `https://localhost:${published}/client.json`;
  let reads = 0;
  const documents = Deno.serve({
    hostname: "127.0.0.1",
    port: published,
    cert: await Deno.readTextFile(file("cert.pem")),
    key: await Deno.readTextFile(file("key.pem")),
    onListen: () => {},
  }, () => {
    reads++;
    return Response.json({ client_id: clientId, ...CLIENT });
  });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", PROGRAM, String(port), file("cert.pem")],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = new Response(child.stderr).text();
  const output = child.stdout.getReader();
  const { done } = await output.read();
  if (done) throw new Error(`the authorization server does not start: ${await complaints}`);
  return {
    issuer: `http://127.0.0.1:${port}`,
    clientId,
    get reads() {
      return reads;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([child.status, complaints, output.cancel(), documents.shutdown()]);
    },
  };
}
