import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** What is measured. Labels are patterns, methods and states: never an id, a name or an address. */
export interface Metrics {
  requestDone(request: { method: string; route: string; status: number; seconds: number }): void
  /** A figure that is read when metrics are asked for. */
  gauge(name: `curtain_${string}`, help: string, read: () => number): void
  /** In the Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS'])

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'curtain_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'curtain_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    requestDone({ method, route, status, seconds }) {
      requests.inc({ method: methods.has(method) ? method : 'other', route, status })
      duration.observe({ route }, seconds)
    },
    gauge(name, help, read) {
      registry.registerMetric(new Gauge({ name, help, registers: [], collect() { this.set(read()) } }))
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
