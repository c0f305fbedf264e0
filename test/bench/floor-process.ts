// A process that does nothing but take its part in the floor: ordered, and ended, by the process that forked it.

import { type FloorOrders, follow } from './floor-orders.ts';

process.once('message', (orders) => {
	void follow(orders as FloorOrders, (said) => process.send?.(said), new AbortController().signal);
});
process.once('disconnect', () => process.exit(0));
