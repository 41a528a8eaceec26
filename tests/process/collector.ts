/** A real collector of OpenTelemetry: what a server exports to it over HTTP as JSON. */

export interface Span {
  readonly name: string;
  /** 2 is the side that answers. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed: boolean;
}

export interface Collector extends AsyncDisposable {
  /** What a process needs to export to it. */
  readonly env: Record<string, string>;
  /** Everything that came in, as it came. */
  readonly received: string[];
  spans(): Span[];
}

export function startCollector(): Collector {
  const received: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    received.push(`${new URL(request.url).pathname} ${await request.text()}`);
    return Response.json({});
  });
  return {
    received,
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    },
    spans: () => received.filter((text) => text.startsWith("/v1/traces ")).flatMap(spansIn),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function spansIn(text: string): Span[] {
  // An exporter keeps what it will send in one buffer and may leave zeros before it.
  const { resourceSpans } = JSON.parse(text.slice(text.indexOf("{")));
  // deno-lint-ignore no-explicit-any
  const exported: any[] = resourceSpans.flatMap(({ scopeSpans }: any) =>
    // deno-lint-ignore no-explicit-any
    scopeSpans.flatMap(({ spans }: any) => spans)
  );
  return exported.map(({ name, kind, traceId, spanId, parentSpanId, attributes, status }) => ({
    ...{ name, kind, traceId, spanId, parentSpanId },
    attributes: Object.fromEntries(
      // deno-lint-ignore no-explicit-any
      attributes.map(({ key, value }: any) => [key, Object.values(value)[0]]),
    ),
    failed: status?.code === 2,
  }));
}
