// Finds a vector of counts in text and bytes, however it was written down: what a search of a coordinator's state for
// one hospital's numbers has to recognise. Blind to anything compressed or encrypted; a single number is no trace,
// since small ones are everywhere.

export interface Trace {
	/** Whose numbers they are. */
	readonly of: string;
	readonly form: string;
}

type Vectors = Readonly<Record<string, readonly number[]>>;

const widths = [
	['u64 little-endian', 8, 'little'],
	['u64 big-endian', 8, 'big'],
	['u32 little-endian', 4, 'little'],
	['u32 big-endian', 4, 'big'],
] as const;

/** Every form in which one of the vectors stands in the text of a value. */
export function tracesInText(text: string, vectors: Vectors): readonly Trace[] {
	// JSON in JSON escapes its quotes; white space means nothing.
	const plain = text.replaceAll(/[\s\\]/g, '');
	const numbers = `,${(plain.match(/\d+/g) ?? []).join(',')},`;
	const lower = plain.toLowerCase();
	return Object.entries(vectors).flatMap(([of, vector]) => [
		...(numbers.includes(`,${vector.join(',')},`) ? [{ of, form: 'numbers in order' }] : []),
		...listForms(vector)
			.filter(([, list]) => plain.includes(list))
			.map(([form]) => ({ of, form })),
		...widths.flatMap(([form, size, order]) => {
			const bytes = packed(vector, size, order);
			const hex = lower.includes(bytes.toString('hex')) ? [{ of, form: `${form}, hex` }] : [];
			const inBase64 = base64Cores(bytes).some((core) => plain.includes(core));
			return inBase64 ? [...hex, { of, form: `${form}, base64` }] : hex;
		}),
	]);
}

/** The same of raw bytes: packed numbers, and lists in ASCII. */
export function tracesInBytes(bytes: Buffer, vectors: Vectors): readonly Trace[] {
	return Object.entries(vectors).flatMap(([of, vector]) => [
		...widths
			.filter(([, size, order]) => bytes.includes(packed(vector, size, order)))
			.map(([form]) => ({ of, form })),
		...listForms(vector)
			.filter(([, list]) => bytes.includes(list))
			.map(([form]) => ({ of, form })),
	]);
}

/** A hidden cell is null; under a threshold of 1 these are the zeros. */
function listForms(vector: readonly number[]): readonly (readonly [form: string, list: string])[] {
	const shown = vector.map((count) => (count === 0 ? null : String(count)));
	return [
		['JSON numbers', JSON.stringify(vector).slice(1, -1)],
		['JSON texts', JSON.stringify(vector.map(String)).slice(1, -1)],
		['JSON texts, zeros hidden', JSON.stringify(shown).slice(1, -1)],
	];
}

export function packed(vector: readonly number[], size: 4 | 8, order: 'little' | 'big'): Buffer {
	const bytes = Buffer.alloc(vector.length * size);
	for (const [at, count] of vector.entries()) {
		const start = order === 'little' ? at * size : (at + 1) * size - 4;
		if (order === 'little') bytes.writeUInt32LE(count, start);
		else bytes.writeUInt32BE(count, start);
	}
	return bytes;
}

/** What base64 of any longer run of bytes holds if these are in it: one core for each of three alignments. */
function base64Cores(bytes: Buffer): readonly string[] {
	return [0, 1, 2].flatMap((before) => {
		const whole = Buffer.concat([Buffer.alloc(before), bytes]);
		const first = Math.ceil((before * 4) / 3);
		const last = Math.floor((whole.length * 4) / 3 / 4) * 4;
		const core = whole.toString('base64').slice(first === 0 ? 0 : first + 1, last);
		return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
	});
}
