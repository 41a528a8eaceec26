/** A way to a server that can be frozen: connections stay open, and nothing gets through. */
export interface Way extends AsyncDisposable {
  readonly port: number;
  freeze(): void;
  thaw(): void;
}

export function wayTo(target: { hostname: string; port: number }): Way {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const pass = async (from: Deno.TcpConn, to: Deno.TcpConn) => {
    for await (const chunk of from.readable) {
      await gate.promise;
      for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await to.write(rest));
    }
  };
  const join = async (near: Deno.TcpConn) => {
    const far = await Deno.connect(target);
    open.add(near).add(far);
    await Promise.race([pass(near, far), pass(far, near)]).catch(() => {});
    for (const end of [near, far]) close(end);
  };
  const close = (end: Deno.TcpConn) => {
    if (!open.delete(end)) return;
    try {
      end.close();
    } catch {
      // The stream over it has closed it.
    }
  };
  const joined: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const near of listener) joined.push(join(near));
  })();
  return {
    port: listener.addr.port,
    freeze: () => void (gate = Promise.withResolvers<void>()),
    thaw: () => gate.resolve(),
    async [Symbol.asyncDispose]() {
      gate.resolve();
      listener.close();
      await accepting;
      for (const end of [...open]) close(end);
      await Promise.all(joined);
    },
  };
}
