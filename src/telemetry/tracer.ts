/** The part of OpenTelemetry's tracing interface that is used here. */
interface Tracer {
  startActiveSpan<T>(name: string, options: SpanOptions, work: (span: Span) => T): T;
}

interface SpanOptions {
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Span {
  updateName(name: string): unknown;
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
}

/** Where the runtime announces to packages what it exports, and only while it exports something. */
const ANNOUNCED = Symbol.for("opentelemetry.js.api.1");

/** Whether the runtime exports any OpenTelemetry. */
export function isExporting(): boolean {
  return ANNOUNCED in globalThis;
}

/** The runtime's tracer where it exports traces; anywhere else it must not be touched. */
export function openTracer(): Tracer | undefined {
  const announced: unknown = Reflect.get(globalThis, ANNOUNCED);
  const traces = typeof announced === "object" && announced !== null && "trace" in announced;
  return traces ? Deno.telemetry.tracerProvider.getTracer("selfos") : undefined;
}
