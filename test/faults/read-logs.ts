// Reads the parties' logs after each schedule: each must verify with its key and begin with what it said before.

import { type NoteKey, verifyExport } from '@cordon/shared';
import { type ComplianceKeys, type OpenedEntry, openEntry } from '../e2e/opened-log.ts';
import type { BrokenNetwork } from './broken-network.ts';
import { hospitals } from './made-hospitals.ts';
import type { Violation } from './violation.ts';

export interface ReadLogs {
	/** Every entry of every party so far, by party. */
	readonly entries: ReadonlyMap<string, readonly OpenedEntry[]>;
	readonly violations: readonly Violation[];
}

export interface LogReader {
	readonly read: () => Promise<ReadLogs>;
}

export function logReader(network: BrokenNetwork): LogReader {
	const known = new Map<string, { lines: readonly string[]; entries: readonly OpenedEntry[] }>();
	const readOne = async (party: string): Promise<readonly Violation[]> => {
		const before = known.get(party) ?? { lines: [], entries: [] };
		const lines = await network.exportLog(party);
		const faults = faultsOf(lines, keyOf(network, party), before.lines);
		const keys = await network.complianceKeys(party);
		const entries = faults.length === 0 ? openNew(lines, before.entries, keys) : before.entries;
		known.set(party, { lines, entries });
		return faults.map((what) => ({ invariant: 'logs', what: `${party}: ${what}` }));
	};
	return {
		read: async () => {
			const violations = (await Promise.all(['coordinator', ...hospitals].map(readOne))).flat();
			return { entries: new Map([...known].map(([party, { entries }]) => [party, entries])), violations };
		},
	};
}

function faultsOf(lines: readonly string[], key: NoteKey, before: readonly string[]): readonly string[] {
	const verified = verifyExport(lines, key);
	if (!verified.ok) return [`${verified.error.fault} at ${String(verified.error.index)}`];
	const at = before.findIndex((line, index) => index > 0 && lines[index] !== line);
	return at === -1 ? [] : [`entry ${at - 1} is not what it was`];
}

/** Only what is new is opened: a log of thousands of entries is read after each schedule. */
function openNew(
	lines: readonly string[],
	before: readonly OpenedEntry[],
	keys: ComplianceKeys,
): readonly OpenedEntry[] {
	return [...before, ...lines.slice(1 + before.length).map((line) => openEntry(line, keys))];
}

function keyOf({ manifest }: BrokenNetwork, party: string): NoteKey {
	const member = manifest.members.find(({ hospital }) => hospital === party);
	const publicKey = party === 'coordinator' ? manifest.coordinator.logKey : (member?.logKey ?? '');
	return { name: `${manifest.network}/${party}`, publicKey };
}
