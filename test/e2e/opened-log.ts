// A log as its compliance officer reads it: verified against the signed tree first, and then opened.

import { type NoteKey, openBody, verifyExport } from '@cordon/shared';

export interface OpenedEntry {
	readonly index: number;
	readonly stage: string;
	readonly decision: string;
	readonly body: Readonly<Record<string, unknown>>;
}

export interface ComplianceKeys {
	readonly publicKey: Uint8Array;
	readonly secretKey: Uint8Array;
}

/** Errors  throws where the export is not the signed log, or a body is not sealed to these keys. */
export function openLog(
	lines: readonly string[],
	key: NoteKey,
	compliance: ComplianceKeys,
): readonly OpenedEntry[] {
	const verified = verifyExport(lines, key);
	if (!verified.ok) throw new Error(`the log of ${key.name} does not verify: ${verified.error.fault}`);
	return lines.slice(1).map((line) => openEntry(line, compliance));
}

/** One line of an export that has been verified. */
export function openEntry(line: string, compliance: ComplianceKeys): OpenedEntry {
	const entry = JSON.parse(line);
	const body = openBody(entry, compliance);
	if (typeof body !== 'object' || body === null) throw new Error('a body does not open');
	const { stage, decision } = JSON.parse(entry.leaf);
	return { index: entry.index, stage, decision, body: body as OpenedEntry['body'] };
}

/** The entries of one session, in order. */
export function ofSession(entries: readonly OpenedEntry[], session: string): readonly OpenedEntry[] {
	return entries.filter(({ body }) => body['session'] === session);
}
