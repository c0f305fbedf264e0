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

/** Until `gone` is given. */
export async function follow(
	orders: FloorOrders,
	tell: (said: CentreSaid) => void,
	gone: AbortSignal,
): Promise<void> {
	await initCrypto();
	if (orders.role === 'member') {
		// The centre closes first at the end, which is no failure of a member.
		await takePart(orders, gone).catch(() => undefined);
		return;
	}
	const centre = await openCentre(orders.scripts);
	tell({ port: centre.port });
	gone.addEventListener('abort', () => void centre.close());
}
