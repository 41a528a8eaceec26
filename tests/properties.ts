/** Properties are tried with other values in every run, unless TEST_SEED says with which. */
import fc from "fast-check";

const seed = Deno.env.get("TEST_SEED");
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

export default fc;
