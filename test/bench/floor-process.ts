// A process that does nothing but take its part in the floor: ordered, and ended, by the process that forked it.

import { type CentreSaid, type FloorOrders, follow } from './floor-orders.ts';

process.once('message', (orders) => {
	const tell = (said: CentreSaid): void => void process.send?.(said);
	// At the end the centre may close first; before it, the run that lacks this process fails.
	follow(orders as FloorOrders, tell, new AbortController().signal).catch(() => process.exit(1));
});
process.once('disconnect', () => process.exit(0));
