// A process that does nothing but take its part in the floor: ordered, and ended, by the process that forked it.

import { type FloorOrders, follow } from './floor-orders.ts';

process.once('message', (orders) => {
	const gone = new AbortController();
	// At the end the centre may close first.
	process.once('disconnect', () => gone.abort());
	void follow(orders as FloorOrders, (said) => process.send?.(said), gone.signal);
});
process.once('disconnect', () => process.exit(0));
