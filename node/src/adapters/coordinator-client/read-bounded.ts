// Reads an answer's body up to a limit, because a sender need not declare its length, or may declare a wrong one.

/** Null where it is longer; the rest is then not read. Errors  rejects where the connection breaks. */
export async function readBounded(
	body: AsyncIterable<Uint8Array> | null,
	maxBytes: number,
): Promise<Uint8Array | null> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of body ?? []) {
		size += chunk.length;
		// Leaving the loop ends the stream.
		if (size > maxBytes) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
