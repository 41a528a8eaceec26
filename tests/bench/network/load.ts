import { LIST_TASKS, type OpenClient } from "./clients.ts";

/** What came of calling for a while. */
export interface Outcome {
  /** Milliseconds of each call that succeeded. */
  readonly times: readonly number[];
  readonly errors: readonly string[];
}

/** How often each client calls, and for how long. */
export interface Pace {
  /** Milliseconds between two calls of one client; the clients are spread over it evenly. */
  readonly every: number;
  readonly seconds: number;
}

/** Every client calls at its own pace, and later only where its last call took longer than that. */
export async function load(clients: readonly OpenClient[], pace: Pace): Promise<Outcome> {
  const times: number[] = [];
  const errors: string[] = [];
  const began = performance.now();
  const end = began + pace.seconds * 1000;
  await Promise.all(clients.map(async (client, index) => {
    let next = began + pace.every * index / clients.length;
    for (; next < end; next += pace.every) {
      const wait = next - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const started = performance.now();
      try {
        await client.request("tools/call", LIST_TASKS);
        times.push(performance.now() - started);
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
  }));
  return { times, errors };
}

/** Opens so many clients, a few at a time. */
export async function openMany(
  count: number,
  open: () => Promise<OpenClient>,
): Promise<OpenClient[]> {
  const clients: OpenClient[] = [];
  while (clients.length < count) {
    const some = Math.min(AT_ONCE, count - clients.length);
    clients.push(...await Promise.all(Array.from({ length: some }, open)));
  }
  return clients;
}

export async function closeAll(clients: readonly OpenClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

const AT_ONCE = 50;
