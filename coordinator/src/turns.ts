// Lets only one piece of work on a session go on at a time in this process; between processes its version decides.

export interface Turns {
	readonly inTurn: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

export function createTurns(): Turns {
	const last = new Map<string, Promise<unknown>>();
	return {
		inTurn: async (name, work) => {
			const before = last.get(name) ?? Promise.resolve();
			// A failure is the caller's to see; whoever is next starts all the same.
			const mine = before.then(work, work);
			last.set(name, mine);
			try {
				return await mine;
			} finally {
				if (last.get(name) === mine) last.delete(name);
			}
		},
	};
}
