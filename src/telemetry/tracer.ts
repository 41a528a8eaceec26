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

/** Where the runtime announces its tracing to packages, and only while it is switched on. */
const ANNOUNCED = Symbol.for("opentelemetry.js.api.1");

/** Whether the runtime was started to export traces; until then its tracer must not be touched. */
export function isTracing(): boolean {
  const announced: unknown = Reflect.get(globalThis, ANNOUNCED);
  return typeof announced === "object" && announced !== null && "trace" in announced;
}

/** The runtime's tracer, where it exports traces. */
export function openTracer(): Tracer | undefined {
  return isTracing() ? Deno.telemetry.tracerProvider.getTracer("selfos") : undefined;
}
