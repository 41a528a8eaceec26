import { run } from "./src/sandbox.ts";

run(Deno.args);
