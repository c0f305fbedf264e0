// What a process is told to do for the floor, whether it does nothing else or is a daemon of a network.

import { initCrypto } from '@cordon/shared';
import { openCentre } from './floor-centre.ts';
import { type MemberOrders, takePart } from './floor-member.ts';
import type { FloorScript } from './floor-script.ts';

export type FloorOrders =
	| { readonly role: 'centre'; readonly scripts: readonly FloorScript[] }
	| ({ readonly role: 'member' } & MemberOrders);

/** What a centre says when it listens. */
export interface CentreSaid {
	readonly port: number;
}

/** What a daemon says of itself when it is ready for orders. */
export interface Present {
	readonly role: FloorOrders['role'];
}

/** Names the port of the process that gives a daemon its orders. */
export const lineVariable = 'CORDON_BENCH_FLOOR';

/** Until `gone` is given. Errors  rejects where the part cannot be taken to its end. */
export async function follow(
	orders: FloorOrders,
	tell: (said: CentreSaid) => void,
	gone: AbortSignal,
): Promise<void> {
	await initCrypto();
	if (orders.role === 'member') {
		await takePart(orders, gone).catch((error: unknown) => {
			if (!gone.aborted) throw error;
		});
		return;
	}
	const centre = await openCentre(orders.scripts);
	tell({ port: centre.port });
	gone.addEventListener('abort', () => void centre.close());
}
