// Wakes long polls of this process; what is lost at a restart is only the waiting, never a message.

import type { WakeUps } from '../ports.ts';

export function memoryWakeUps(): WakeUps {
	const waiting = new Map<string, Set<() => void>>();
	const wake = (topic: string): void => {
		const woken = waiting.get(topic) ?? new Set();
		waiting.delete(topic);
		for (const call of woken) call();
	};
	return {
		wake,
		once: (topic, woken) => {
			const calls = waiting.get(topic) ?? new Set();
			waiting.set(topic, calls.add(woken));
			return () => {
				calls.delete(woken);
			};
		},
		wakeAll: () => {
			for (const topic of [...waiting.keys()]) wake(topic);
		},
	};
}
