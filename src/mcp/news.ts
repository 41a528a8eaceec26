import { ResourceNotFoundError, type Server } from "@modelcontextprotocol/server";
import { AppError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Interests } from "./interests.ts";
import { refusalText, type Requests } from "./requests.ts";
import { subjectOfAddress } from "./subjects.ts";

/** Subscriptions of the 2025 era; those of 2026 come in by their own request, before any server. */
export function tellOfChanges<Context>(
  server: Server,
  requests: Requests<Context>,
  interests: Interests<Context>,
): void {
  interests.toldBy((uri) => server.sendResourceUpdated({ uri }));
  server.setRequestHandler(
    "resources/subscribe",
    ({ params: { uri } }, context) =>
      requests.answer(context, async () => {
        await at(uri, () =>
          requests.recorded(
            server,
            context,
            (registry) =>
              subjectOfAddress(registry, requests.principalOf(context), "resources/subscribe", uri),
            () => interests.subscribe(uri),
          ));
        return {};
      }),
  );
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    interests.unsubscribe(uri);
    return {};
  });
}

/** A client of the 2025 era is told from its first moment; one of 2026 asks for it. */
export function tellOfList<Context>(server: Server, log: Log, interests: Interests<Context>): void {
  interests.list.toldBy(() => server.sendResourceListChanged());
  server.oninitialized = () => {
    interests.followList().catch((error) =>
      log.debug("Cannot follow the list: {reason}", { reason: messageOf(error) })
    );
  };
}

/** Names the address where nothing was found, as clients expect it. */
export async function at<T>(uri: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    throw new ResourceNotFoundError(uri, refusalText(error));
  }
}
