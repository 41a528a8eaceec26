import type { Engine } from "./call.ts";
import type { Call } from "./define.ts";

/**
 * Makes what a client is given of a life, and notes that it is before it is, however that ends: refusals
 * quote what is there, too. Every way out of a life leads through here.
 */
export async function reading<Answer>(
  { reads }: Pick<Engine<never>, "reads">,
  call: Call,
  make: () => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await make();
  } finally {
    await reads(call);
  }
}
