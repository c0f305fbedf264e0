// Puts messages into the mailboxes of a coordinator that does not run: started again, it signs and delivers them as its
// own, whatever it would have thought of them. So speaks a coordinator that checks nothing, over the real line.

import { join } from 'node:path';
import { type OpenMessage, openDatabase } from '@cordon/shared';
import type { NetworkState } from '../../cli/src/processes/network-state.ts';

export async function postUnchecked(
	state: NetworkState,
	hospital: string,
	messages: readonly OpenMessage[],
): Promise<void> {
	const directory = join(state.coordinatorFolder, 'state', 'database');
	const database = await openDatabase({ kind: 'pglite', directory });
	try {
		for (const message of messages) {
			const text = JSON.stringify(message).replaceAll("'", "''");
			await database.transaction(async (tx) => {
				await tx.execute(`update mailbox set last_seq = last_seq + 1 where hospital = '${hospital}'`);
				await tx.execute(`insert into outgoing (hospital, seq, session, message)
					select hospital, last_seq, '${message.session}', '${text}' from mailbox where hospital = '${hospital}'`);
			});
		}
	} finally {
		await database.close();
	}
}
