// A database whose line a test can lose: what is asked of it then is answered by nobody, and may still be done later.

import type { Database } from '@cordon/shared';

export interface LateDatabase {
	readonly database: Database;
	/** From here on, or no longer. */
	readonly lose: (isLost: boolean) => void;
	/** Does what was asked of it while its line was lost. */
	readonly arrive: () => Promise<void>;
}

export function lateDatabase(database: Database): LateDatabase {
	const late: (() => Promise<unknown>)[] = [];
	let isLost = false;
	const orLater = <T>(work: () => Promise<T>): Promise<T> => {
		if (!isLost) return work();
		late.push(work);
		return Promise.reject(new Error('the line was lost'));
	};
	return {
		database: {
			...database,
			read: (work) => orLater(() => database.read(work)),
			transaction: (work) => orLater(() => database.transaction(work)),
		},
		lose: (lost) => {
			isLost = lost;
		},
		arrive: async () => {
			for (const work of late.splice(0)) await work();
		},
	};
}
