// `cordon audit ...`: what a compliance officer or a researcher checks offline, with keys they hold themselves.

import { readFile } from 'node:fs/promises';
import { subjectOfAnswer } from '@cordon/coordinator';
import {
	type AuditFault,
	formatNoteKey,
	initCrypto,
	type NoteKey,
	openBody,
	parseNoteKey,
	parseSignedManifest,
	verifyExport,
	verifyReceipt,
	verifySignedManifest,
} from '@cordon/shared';
import { makeComplianceKey, readComplianceKey } from '../audit/compliance-key.ts';
import { InputWrong } from '../processes/input-wrong.ts';
import { fieldOf } from '../report/field-of.ts';

const explanations: Readonly<Record<AuditFault | 'other-answer', string>> = {
	'other-answer': 'the receipt is genuine, but of another answer: this one was changed',
	malformed: 'this is not an exported log or a receipt, or a byte of it was changed',
	'bad-checkpoint-signature': 'the checkpoint is not signed by that key',
	'wrong-origin': 'the checkpoint is of another log',
	'not-included': 'the entry is not in the signed tree: it was changed, or never logged',
	'size-mismatch': 'entries are missing or were added',
	'root-mismatch': 'an entry was changed',
	'body-mismatch': 'the sealed body of an entry is not the one it committed to',
};

export interface VerifyOptions {
	/** `name+hexid+base64`; from somewhere else than the file that is verified. */
	readonly key?: string | undefined;
	/** A manifest that all members signed: it holds the keys of all their logs. */
	readonly manifest?: string | undefined;
	/** Prints this entry too, once the whole log is proved. */
	readonly entry?: string | undefined;
	/** The compliance officer's key file: prints the sealed bodies too. */
	readonly open?: string | undefined;
}

/** Prints what was proved; exit code 1 where it was not. */
export async function auditVerify(file: string, options: VerifyOptions): Promise<void> {
	await initCrypto();
	const text = await readFile(file, 'utf8');
	const { receipt, answer, isOpened = false } = receiptIn(text);
	const origin = originIn(text, receipt);
	if (origin === null) return refuse('malformed', null);
	const key = await keyFor(origin, options);
	if (receipt === null) return verifyLog(text, key, options);
	const verified = verifyReceipt(receipt, key);
	if (!verified.ok) return refuse(verified.error, null);
	const { leaf, size } = verified.value;
	if (answer !== null && leaf.subject !== subjectOfAnswer(answer)) return refuse('other-answer', null);
	const shown = isOpened ? 'the sealed sum of this answer, and not the numbers beside it,' : 'this answer';
	const what = answer === null ? `entry ${leaf.stage}/${leaf.decision}` : shown;
	console.log(`proved: ${what} of ${leaf.hour} is in the log of ${size} entries that ${key.name} signed`);
}

/** The verifier key of every log that a manifest names, for `--key`. */
export async function auditKeys(manifestFile: string): Promise<void> {
	for (const key of await keysOfManifest(manifestFile)) console.log(formatNoteKey(key));
}

async function keyFor(origin: string, { key, manifest }: VerifyOptions): Promise<NoteKey> {
	if (key !== undefined) {
		const parsed = parseNoteKey(key);
		if (parsed === null) throw new Error('--key is not a verifier key of the form name+hexid+base64');
		return parsed;
	}
	if (manifest === undefined)
		throw new Error('give --manifest FILE or --key KEY: a log cannot vouch for itself');
	const found = (await keysOfManifest(manifest)).find(({ name }) => name === origin);
	if (found === undefined) throw new Error(`${manifest} names no log ${origin}`);
	return found;
}

async function keysOfManifest(file: string): Promise<readonly NoteKey[]> {
	await initCrypto();
	const signed = parseSignedManifest(readJson(await readFile(file, 'utf8')));
	if (!signed.ok) throw new InputWrong(file, signed.error);
	const { manifest } = signed.value;
	const verified = verifySignedManifest(signed.value, manifest.coordinator.identityKey);
	if (!verified.ok)
		throw new Error(`${file} is not a manifest that all its members signed: ${verified.error}`);
	const { network, coordinator, members } = manifest;
	return [
		{ name: `${network}/coordinator`, publicKey: coordinator.logKey },
		...members.map(({ hospital, logKey }) => ({ name: `${network}/${hospital}`, publicKey: logKey })),
	];
}

/** Which log the file says it is of; only ever used to choose among keys that are trusted already. */
function originIn(text: string, receipt: unknown): string | null {
	const source = receipt ?? readJson(text.slice(0, text.indexOf('\n') + 1));
	const checkpoint = fieldOf(source, 'checkpoint');
	return typeof checkpoint === 'string' ? (checkpoint.split('\n')[0] ?? null) : null;
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
	let shut = 0;
	for (const line of lines.slice(1)) {
		const entry = JSON.parse(line);
		const { stage, decision, hour, subject } = JSON.parse(entry.leaf);
		const about = subject === null ? {} : { subject };
		const { index } = entry;
		const body = openBody(entry, keys);
		if (body === null && entry.body !== null) shut += 1;
		console.log(JSON.stringify({ index, hour, stage, decision, ...about, body }));
	}
	if (shut === 0) return;
	console.error(
		`the key in ${options.open} does not open ${shut} of ${size - erased} bodies: it is not the key of this party, or not of that time`,
	);
	process.exitCode = 1;
}

interface Shown {
	readonly receipt: unknown;
	readonly answer: Readonly<Record<string, unknown>> | null;
	/** The answer is the sealed one within an opened one. */
	readonly isOpened?: true;
}

/** An answer carries its receipt; a receipt may also stand alone; a log has neither. */
function receiptIn(text: string): Shown {
	const value = readJson(text);
	if (typeof value !== 'object' || value === null) return { receipt: null, answer: null };
	// What was opened on the researcher's machine nobody signed; the answer that it was opened from stands in it whole.
	const signed: unknown = 'signed' in value ? value.signed : null;
	if (typeof signed === 'object' && signed !== null && 'receipt' in signed) {
		return { receipt: signed.receipt, answer: { ...signed }, isOpened: true };
	}
	if ('receipt' in value) return { receipt: value.receipt, answer: { ...value } };
	return { receipt: 'leaf' in value && 'proof' in value ? value : null, answer: null };
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function refuse(fault: AuditFault | 'other-answer', index: number | null): void {
	const at = index === null ? '' : ` (entry ${index})`;
	console.error(`not proved: ${fault}${at}: ${explanations[fault]}`);
	process.exitCode = 1;
}

export async function auditKeygen(file: string): Promise<void> {
	const publicKey = await makeComplianceKey(file);
	console.log(`complianceKey: ${publicKey}`);
}
