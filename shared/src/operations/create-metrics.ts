// Counts what a daemon does, in Prometheus' text form, in a registry of its own: nothing gets in by being loaded.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSample {
	readonly labels: MetricLabels;
	readonly value: number;
}

export interface GaugeDescription {
	readonly name: string;
	readonly help: string;
	readonly labels: readonly string[];
	/** Asked at each scrape; where it rejects, the gauge is absent from that one. */
	readonly read: () => Promise<readonly MetricSample[]>;
}

export interface Metrics {
	/** Returns what adds one. */
	readonly counter: (
		name: string,
		help: string,
		labels?: readonly string[],
	) => (labels?: MetricLabels) => void;
	readonly gauge: (description: GaugeDescription) => void;
	readonly text: () => Promise<string>;
}

export const metricsContentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * `process` adds the runtime's own figures (processor time, memory, event loop). They follow the work, and so the
 * data a node works on: for the hospital's own people alone.
 */
export function createMetrics(options: { readonly process: boolean }): Metrics {
	const registry = new Registry();
	if (options.process) collectDefaultMetrics({ register: registry });
	return {
		counter: (name, help, labels = []) => {
			const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
			return (given = {}) => counter.inc({ ...given });
		},
		gauge: (description) => addGauge(registry, description),
		text: () => registry.metrics(),
	};
}

function addGauge(registry: Registry, { name, help, labels, read }: GaugeDescription): void {
	const gauge: Gauge = new Gauge({
		name,
		help,
		labelNames: [...labels],
		registers: [registry],
		collect: async () => {
			gauge.reset();
			const samples = await read().catch(() => null);
			if (samples === null) gauge.remove();
			for (const sample of samples ?? []) gauge.set({ ...sample.labels }, sample.value);
		},
	});
}
