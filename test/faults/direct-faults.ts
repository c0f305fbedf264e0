// Brings about a schedule's faults, each at its moment and for as long as it lasts, while messages go by.

import { pause } from '@cordon/shared';
import type { BrokenNetwork } from './broken-network.ts';
import type { Moment, Treatment } from './faulty-line.ts';
import { injectFault, type Undo } from './inject-fault.ts';
import type { PlannedFault, Schedule } from './schedule.ts';

export interface Director {
	readonly moment: (moment: Moment) => Promise<Treatment>;
	/** Those that came about so far. */
	readonly fired: () => readonly PlannedFault[];
	/** Resolves when every planned fault has come and gone. */
	readonly over: Promise<void>;
	/** Nothing new befalls, and what still lasts ends now. */
	readonly end: () => Promise<void>;
}

interface Lasting {
	readonly untilMoment: number;
	readonly end: () => void;
	/** Resolves when it has been undone. */
	readonly ended: Promise<void>;
}

export function directFaults({ faults }: Schedule, network: BrokenNetwork): Director {
	const waiting = new Set(faults);
	const fired: PlannedFault[] = [];
	const lasting = new Set<Lasting>();
	const injecting = new Set<Promise<Treatment>>();
	const counted = { hospitals: 0, client: 0 };
	const { promise: over, resolve: allOver } = Promise.withResolvers<void>();
	const noteEnd = (one: Lasting): void => {
		lasting.delete(one);
		if (waiting.size + injecting.size + lasting.size === 0) allOver();
	};
	const begin = (planned: PlannedFault, undo: Undo): Promise<void> => {
		const { promise: isTime, resolve: end } = Promise.withResolvers<void>();
		const untilMoment = counted.hospitals + planned.lasts.moments;
		const stop = new AbortController();
		const timeUp = pause(planned.lasts.atMostMs, stop.signal);
		const ended = Promise.race([isTime, timeUp]).then(undo);
		const one: Lasting = { untilMoment, end, ended };
		lasting.add(one);
		void ended.finally(() => {
			stop.abort();
			noteEnd(one);
		});
		return ended;
	};
	const bringAbout = async (planned: PlannedFault): Promise<Treatment> => {
		waiting.delete(planned);
		fired.push(planned);
		const { fault } = planned;
		if (fault.kind === 'message') return { how: fault.how, hold: begin(planned, async () => undefined) };
		void begin(planned, await injectFault(fault, network));
		return null;
	};
	return {
		moment: async ({ line }) => {
			const side = line === 'client' ? 'client' : 'hospitals';
			counted[side] += 1;
			for (const { untilMoment, end } of lasting) if (counted.hospitals > untilMoment) end();
			const due = [...waiting].filter(({ at }) => at.line === side && at.moment <= counted[side]);
			const treatments = due.map(bringAbout);
			for (const one of treatments) injecting.add(one);
			const done = await Promise.all(treatments);
			for (const one of treatments) injecting.delete(one);
			return done.find((one) => one !== null) ?? null;
		},
		fired: () => fired,
		over,
		end: async () => {
			waiting.clear();
			await Promise.all(injecting);
			for (const one of lasting) one.end();
			await Promise.all([...lasting].map(({ ended }) => ended));
		},
	};
}
