/** `unsandboxed.ts TARGETS`: the same attempts without a sandbox, to show that they would succeed. */
import { type Targets, tryAll } from "./attempts.ts";

const targets: Targets = JSON.parse(Deno.args[0] ?? "{}");
const results = [...await tryAll("direct", targets), ...await tryAll("linked", targets)];
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(results)));
Deno.exit(0);
