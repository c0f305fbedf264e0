// What a simulated network's start says to the person watching, a line an event.

import type { NetworkEvent } from '../processes/join-hospitals.ts';
import { fieldOf } from './field-of.ts';

/** Null for events that are for machines only. */
export function describeEvent({ event, party, details }: NetworkEvent): string | null {
	if (event === 'ingesting') {
		const total = fieldOf(details, 'total');
		const done = String(fieldOf(details, 'done'));
		return `  ${party}: reading ${String(fieldOf(details, 'kind'))} ${typeof total === 'number' ? `${done} of ${total}` : done}`;
	}
	if (event === 'ingested') return describeIngest(party, details);
	if (event === 'joined') return `  ${party}: member of the network, the manifest is signed by all`;
	if (event === 'ended') return describeEnd(party, details);
	return event === 'started' ? `  ${party}: started` : null;
}

function describeEnd(party: string, details: unknown): string {
	const code = fieldOf(details, 'code');
	const how = typeof code === 'number' ? `with code ${code}` : 'by a signal';
	const log = String(fieldOf(details, 'logFile'));
	return `  ${party}: ended ${how}, the others run on; its log is ${log}. Stop the network and start it again to have ${party} back`;
}

function describeIngest(party: string, report: unknown): string {
	const sources = fieldOf(report, 'sources');
	const list = Array.isArray(sources) ? (sources as readonly unknown[]) : [];
	const kinds = list.map((source) => `${String(fieldOf(source, 'kind'))} ${String(fieldOf(source, 'read'))}`);
	const refused = list.reduce<number>(
		(sum, source) => sum + Number(fieldOf(source, 'files')) - Number(fieldOf(source, 'read')),
		0,
	);
	const notes = [...(refused === 0 ? [] : [`${refused} files not taken`]), ...issuesOf(list)];
	const tail = notes.length === 0 ? '' : `; ${notes.join(', ')}: \`cordon node ingest\` names them`;
	return `  ${party}: ${String(fieldOf(report, 'patients'))} patients from files: ${kinds.join(', ')}${tail}`;
}

/** Codes and how often, over all sources: an answer looks whole although rows or values were left out of it. */
function issuesOf(sources: readonly unknown[]): readonly string[] {
	const totals = new Map<string, number>();
	for (const source of sources) {
		const counted = fieldOf(source, 'issueTotals');
		for (const [code, count] of Object.entries(counted ?? {})) {
			totals.set(code, (totals.get(code) ?? 0) + Number(count));
		}
	}
	return [...totals].map(([code, count]) => `${count} ${code}`);
}

/** A query's progress, in the coordinator's coarse terms. */
export function describeProgress(state: unknown): string {
	const step = String(fieldOf(state, 'step'));
	return `  ${step}: ${String(fieldOf(state, 'answered'))} of ${String(fieldOf(state, 'of'))} hospitals`;
}
