// `cordon audit ...`: what a compliance officer or a researcher checks offline, with keys they hold themselves.

import { readFile } from 'node:fs/promises';
import {
	type AuditFault,
	initCrypto,
	type NoteKey,
	openBody,
	parseNoteKey,
	verifyExport,
	verifyReceipt,
} from '@cordon/shared';
import { makeComplianceKey, readComplianceKey } from '../audit/compliance-key.ts';

const explanations: Readonly<Record<AuditFault, string>> = {
	malformed: 'this is not an exported log or a receipt, or a byte of it was changed',
	'bad-checkpoint-signature': 'the checkpoint is not signed by that key',
	'wrong-origin': 'the checkpoint is of another log',
	'not-included': 'the entry is not in the signed tree: it was changed, or never logged',
	'size-mismatch': 'entries are missing or were added',
	'root-mismatch': 'an entry was changed',
	'body-mismatch': 'the sealed body of an entry is not the one it committed to',
};

export interface VerifyOptions {
	/** `name+hexid+base64`, from the manifest or the invitation, never from the file itself. */
	readonly key: string;
	/** Verifies the entry of this number only to be in the log, after the whole log. */
	readonly entry?: string | undefined;
	/** Shows the bodies too: the compliance officer's key file. */
	readonly open?: string | undefined;
}

/** Prints what was proved; exit code 1 where it was not. */
export async function auditVerify(file: string, options: VerifyOptions): Promise<void> {
	await initCrypto();
	const key = parseNoteKey(options.key);
	if (key === null) throw new Error('--key is not a verifier key of the form name+hexid+base64');
	const text = await readFile(file, 'utf8');
	const receipt = receiptIn(text);
	if (receipt === null) return verifyLog(text, key, options);
	const verified = verifyReceipt(receipt, key);
	if (!verified.ok) return refuse(verified.error, null);
	const { leaf, size } = verified.value;
	console.log(
		`proved: entry ${leaf.stage}/${leaf.decision} of ${leaf.hour} is in the log of ${size} entries that ${key.name} signed`,
	);
}

async function verifyLog(text: string, key: NoteKey, options: VerifyOptions): Promise<void> {
	const lines = text.trimEnd().split('\n');
	const verified = verifyExport(lines, key);
	if (!verified.ok) return refuse(verified.error.fault, verified.error.index);
	const { size, erased } = verified.value;
	console.log(`proved: all ${size} entries are those that ${key.name} signed (${erased} erased)`);
	if (options.entry !== undefined) {
		const line = /^\d+$/.test(options.entry) ? lines[Number(options.entry) + 1] : undefined;
		if (line === undefined) throw new Error(`there is no entry ${options.entry} in this log of ${size}`);
		console.log(line);
	}
	if (options.open === undefined) return;
	const keys = await readComplianceKey(options.open);
	for (const line of lines.slice(1)) {
		const entry = JSON.parse(line);
		const { stage, decision, hour } = JSON.parse(entry.leaf);
		console.log(JSON.stringify({ index: entry.index, hour, stage, decision, body: openBody(entry, keys) }));
	}
}

/** An answer carries its receipt; a receipt may also stand alone. Null: the file is no single JSON object of either. */
function receiptIn(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value !== 'object' || value === null) return null;
		if ('receipt' in value) return value.receipt;
		return 'leaf' in value && 'proof' in value ? value : null;
	} catch {
		return null;
	}
}

function refuse(fault: AuditFault, index: number | null): void {
	const at = index === null ? '' : ` (entry ${index})`;
	console.error(`not proved: ${fault}${at}: ${explanations[fault]}`);
	process.exitCode = 1;
}

export async function auditKeygen(file: string): Promise<void> {
	const publicKey = await makeComplianceKey(file);
	console.log(`complianceKey: ${publicKey}`);
}
