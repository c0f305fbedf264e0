// What anyone can check of a log without its owner: that a receipt's entry is in a signed tree, that an export is whole.

import { z } from 'zod';
import { parseCheckpoint } from '../merkle/checkpoint.ts';
import { leafHash, rootOf } from '../merkle/merkle-tree.ts';
import { formatNoteKey, type NoteKey, openNote } from '../merkle/signed-note.ts';
import { isIncluded } from '../merkle/verify-proof.ts';
import { err, ok, type Result } from '../result.ts';
import { hashOf } from './audit-leaf.ts';

export interface Receipt {
	readonly index: number;
	/** The entry's leaf, exactly as hashed. */
	readonly leaf: string;
	/** Signed note over the log's size and root. */
	readonly checkpoint: string;
	/** Inclusion proof, from the leaf up, base64. */
	readonly proof: readonly string[];
}

export interface ExportHeader {
	readonly 'cordon-audit': 1;
	/** The log's own word for its key; verify with the manifest's instead. */
	readonly key: string;
	readonly checkpoint: string | null;
}

export interface ExportLine {
	readonly index: number;
	readonly leaf: string;
	readonly body: string | null;
	readonly sealedKey: string | null;
}

export type AuditFault =
	| 'malformed'
	| 'bad-checkpoint-signature'
	| 'wrong-origin'
	| 'not-included'
	| 'size-mismatch'
	| 'root-mismatch'
	| 'body-mismatch';

const receiptSchema: z.ZodType<Receipt> = z.strictObject({
	index: z.int().nonnegative(),
	leaf: z.string(),
	checkpoint: z.string(),
	proof: z.array(z.base64()),
});
const headerSchema: z.ZodType<ExportHeader> = z.strictObject({
	'cordon-audit': z.literal(1),
	key: z.string(),
	checkpoint: z.string().nullable(),
});
const lineSchema: z.ZodType<ExportLine> = z.strictObject({
	index: z.int().nonnegative(),
	leaf: z.string(),
	body: z.base64().nullable(),
	sealedKey: z.base64().nullable(),
});
/** The public content of an entry: everything else of it is a commitment. */
export interface Leaf {
	readonly v: 1;
	/** ISO 8601, cut to the hour. */
	readonly hour: string;
	readonly stage: string;
	readonly decision: string;
	readonly policy: string;
	/** SHA-256, hex, of the document the entry is about, where its holder may show it; see AuditEntry. */
	readonly subject: string | null;
	readonly commitment: string;
	/** SHA-256, hex, of the body's ciphertext and of the sealed key. */
	readonly body: string;
	readonly sealedKey: string;
}

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const leafSchema: z.ZodType<Leaf> = z.strictObject({
	v: z.literal(1),
	hour: z.string(),
	stage: z.string(),
	decision: z.string(),
	policy: z.string(),
	subject: hex.nullable(),
	commitment: hex,
	body: hex,
	sealedKey: hex,
});

/** Offline: the key comes from the manifest, never from the receipt. Returns the size of the tree it is in. */
export function verifyReceipt(
	input: unknown,
	key: NoteKey,
): Result<{ readonly size: bigint; readonly leaf: Leaf }, AuditFault> {
	const parsed = receiptSchema.safeParse(input);
	if (!parsed.success) return err('malformed');
	const { index, leaf, checkpoint, proof } = parsed.data;
	const signed = openCheckpoint(checkpoint, key);
	if (!signed.ok) return signed;
	const { size, root } = signed.value;
	const hashes = proof.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
	const included = isIncluded({
		index: BigInt(index),
		size,
		leafHash: leafHash(Buffer.from(leaf, 'utf8')),
		proof: hashes,
		root,
	});
	if (!included) return err('not-included');
	const content = readLeaf(leaf);
	return content === null ? err('malformed') : ok({ size, leaf: content });
}

/**
 * Recomputes the whole tree of an export and holds it against its signed checkpoint.
 * Errors  `root-mismatch` an entry was changed, added, dropped or moved; `body-mismatch` (with the entry's index)
 *         a body is not the one its leaf committed to; an erased body is no fault.
 */
export function verifyExport(
	lines: readonly string[],
	key: NoteKey,
): Result<
	{ readonly size: number; readonly erased: number },
	{ readonly fault: AuditFault; readonly index: number | null }
> {
	const fault = (code: AuditFault, index: number | null = null): ReturnType<typeof verifyExport> =>
		err({ fault: code, index });
	const [first, ...rest] = lines;
	const header = headerSchema.safeParse(readJson(first ?? ''));
	if (!header.success || JSON.stringify(header.data) !== first) return fault('malformed');
	if (header.data.key !== formatNoteKey(key)) return fault('bad-checkpoint-signature');
	const entries: ExportLine[] = [];
	for (const [index, line] of rest.entries()) {
		const entry = lineSchema.safeParse(readJson(line));
		// One way to write each line: a byte that means nothing cannot be changed unseen either.
		if (!entry.success || entry.data.index !== index || JSON.stringify(entry.data) !== line) {
			return fault('malformed', index);
		}
		if (!isBodyOfLeaf(entry.data)) return fault('body-mismatch', index);
		entries.push(entry.data);
	}
	if (header.data.checkpoint === null)
		return entries.length === 0 ? ok({ size: 0, erased: 0 }) : fault('size-mismatch');
	const signed = openCheckpoint(header.data.checkpoint, key);
	if (!signed.ok) return fault(signed.error);
	if (signed.value.size !== BigInt(entries.length)) return fault('size-mismatch');
	const root = rootOf(entries.map((entry) => leafHash(Buffer.from(entry.leaf, 'utf8'))));
	if (Buffer.compare(root, signed.value.root) !== 0) return fault('root-mismatch');
	return ok({ size: entries.length, erased: entries.filter((entry) => entry.body === null).length });
}

function openCheckpoint(
	note: string,
	key: NoteKey,
): Result<{ readonly size: bigint; readonly root: Uint8Array }, AuditFault> {
	const text = openNote(note, key);
	if (!text.ok) return err(text.error === 'malformed' ? 'malformed' : 'bad-checkpoint-signature');
	const checkpoint = parseCheckpoint(text.value);
	if (!checkpoint.ok) return err('malformed');
	return checkpoint.value.origin === key.name ? ok(checkpoint.value) : err('wrong-origin');
}

function isBodyOfLeaf({ leaf, body, sealedKey }: ExportLine): boolean {
	const content = readLeaf(leaf);
	if (content === null) return false;
	return isErasedOr(body, content.body) && isErasedOr(sealedKey, content.sealedKey);
}

function isErasedOr(encoded: string | null, hash: string): boolean {
	if (encoded === null) return true;
	const bytes = Buffer.from(encoded, 'base64');
	return bytes.toString('base64') === encoded && hashOf(bytes) === hash;
}

function readLeaf(text: string): Leaf | null {
	const parsed = leafSchema.safeParse(readJson(text));
	return parsed.success ? parsed.data : null;
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
