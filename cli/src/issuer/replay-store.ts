// What the issuer must remember: the proofs and assertions already used, for as long as they could be used again.
// In memory, since tokens are self-contained and a proof is older than its window after a restart or soon after.

interface Entry {
	readonly payload: unknown;
	readonly expiresMs: number;
}

/** The storage interface of oidc-provider, which makes one instance a kind of thing; only ReplayDetection is stored. */
export class ReplayStore {
	readonly #entries: Map<string, Entry> = new Map<string, Entry>();

	async upsert(id: string, payload: unknown, expiresInSeconds: number): Promise<void> {
		this.#forgetExpired();
		this.#entries.set(id, { payload, expiresMs: performance.now() + expiresInSeconds * 1000 });
	}

	async find(id: string): Promise<unknown> {
		const entry = this.#entries.get(id);
		return entry !== undefined && entry.expiresMs > performance.now() ? entry.payload : undefined;
	}

	async destroy(id: string): Promise<void> {
		this.#entries.delete(id);
	}

	#forgetExpired(): void {
		const now = performance.now();
		for (const [id, entry] of this.#entries) {
			if (entry.expiresMs <= now) this.#entries.delete(id);
		}
	}
}
